namespace DeepBelief.Units;

/// <summary>
/// Inputs that are the same in all rows, expressed by a layer's parameters: an input I adds I · scale to the bias of a
/// <see cref="LinearTerm"/>.
/// </summary>
internal static class SharedInputs
{
    /// <summary>True if training the biases can express any shared input: they cover all units and require gradients.</summary>
    public static bool AreTrained(UnitLayer layer)
    {
        using var scope = torch.NewDisposeScope();
        var terms = layer.LinearTerms;
        return terms.Sum(term => term.Bias.NumberOfElements) == layer.Size && terms.All(term => term.Bias.requires_grad);
    }

    /// <summary>The biases as inputs, <c>[1, N]</c>: adding their negative leaves the layer without; zeros if some units have none.</summary>
    public static Tensor Biases(UnitLayer layer, Tensor like)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var terms = layer.LinearTerms;
        return terms.Sum(term => term.Bias.NumberOfElements) == layer.Size
            ? torch.cat([.. terms.Select(term => term.Scale is null ? term.Bias : term.Bias / term.Scale)]).unsqueeze(0).MoveToOuterDisposeScope()
            : torch.zeros_like(like).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient with respect to a shared input, <c>[N]</c>, from the parameters' <c>.grad</c>.</summary>
    public static Tensor Gradient(UnitLayer layer)
        => torch.cat([.. layer.LinearTerms.Select(term => Scaled(term.Bias.grad!, term.Scale))]);

    /// <summary>
    /// Adds to the <c>.grad</c> of biases that are trained, so that a step changes the shared input by this gradient, <c>[N]</c>: a step in standardised
    /// units, for units with variances that are parameters (<see cref="UnitLayer.Variances"/>).
    /// </summary>
    public static void AddGradient(UnitLayer layer, Tensor gradient)
    {
        foreach (var (part, start) in Parts(layer))
        {
            var first = start;
            foreach (var (bias, scale) in part.LinearTerms)
            {
                var own = gradient.narrow(0, first, bias.NumberOfElements);
                _ = bias.grad?.Add(scale is null ? own : part.Variances is null ? own * scale : own / scale);
                first += bias.NumberOfElements;
            }
        }
    }

    /// <summary>Adds a shared input, <c>[N]</c>, to the biases; units without one stay as they are.</summary>
    public static void Add(UnitLayer layer, Tensor inputs)
    {
        foreach (var (part, start) in Parts(layer))
        {
            var first = start;
            foreach (var (bias, scale) in part.LinearTerms)
            {
                var own = inputs.narrow(0, first, bias.NumberOfElements);
                _ = bias.Add(scale is null ? own : own * scale);
                first += bias.NumberOfElements;
            }
        }
    }

    /// <summary>
    /// Takes from the biases of a layer what the units above it give to a unit on its own, so that small weights between the two change
    /// next to nothing of what the layer does.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="above">The layer above.</param>
    /// <param name="weights">The weights between them, <c>[above, layer]</c>.</param>
    public static void TakeBack(UnitLayer layer, UnitLayer above, Tensor weights)
    {
        using var scope = torch.NewDisposeScope();
        Add(layer, torch.cat([.. Parts(layer).Select(columns => Back(columns.Part, weights.narrow(1, columns.Start, columns.Part.Size).t()))]));

        // A bit that is off gives nothing, so a bit takes back all it gives; units with states on both sides of 0, half the difference.
        Tensor Back(UnitLayer part, Tensor given)
        {
            var isBinary = part.Support == UnitSupport.Binary;
            var difference = above.CumulantGenerator(given) - above.CumulantGenerator(isBinary ? torch.zeros_like(given) : given.neg());
            return difference.Times(isBinary ? -1 : -0.5);
        }
    }

    /// <summary>The parts of a composite, or the layer itself, with the numbers of their first units.</summary>
    public static IEnumerable<(UnitLayer Part, long Start)> Parts(UnitLayer layer)
    {
        var start = 0L;
        foreach (var part in layer is CompositeUnits composite ? composite.Parts : [layer])
        {
            yield return (part, start);
            start += part.Size;
        }
    }

    private static Tensor Scaled(Tensor values, Tensor? scale) => scale is null ? values : values * scale;
}
