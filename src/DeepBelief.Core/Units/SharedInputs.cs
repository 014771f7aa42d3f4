namespace DeepBelief.Units;

/// <summary>
/// Inputs that are the same in all rows, in terms of a layer's parameters: such an input s stands for b + s · scale of a
/// <see cref="LinearTerm"/>.
/// </summary>
internal static class SharedInputs
{
    /// <summary>Whether training can give a layer any input that is shared by all rows.</summary>
    public static bool AreTrained(UnitLayer layer)
    {
        using var scope = torch.NewDisposeScope();
        var terms = layer.LinearTerms;
        return terms.Sum(term => term.Bias.NumberOfElements) == layer.Size && terms.All(term => term.Bias.requires_grad);
    }

    /// <summary>The gradient by such an input, <c>[N]</c>, from the parameters' <c>.grad</c>.</summary>
    public static Tensor Gradient(UnitLayer layer)
        => torch.cat([.. layer.LinearTerms.Select(term => Scaled(term.Bias.grad!, term.Scale))]);

    /// <summary>Adds what changes the parameters as much as an input's gradient would change the input.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="gradient">The input's gradient, <c>[N]</c>.</param>
    public static void AddGradient(UnitLayer layer, Tensor gradient)
    {
        var start = 0L;
        foreach (var (bias, scale) in layer.LinearTerms)
        {
            var size = bias.NumberOfElements;
            _ = bias.grad!.Add(Scaled(gradient.narrow(0, start, size), scale));
            start += size;
        }
    }

    private static Tensor Scaled(Tensor values, Tensor? scale) => scale is null ? values : values * scale;
}
