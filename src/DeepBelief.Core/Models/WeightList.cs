namespace DeepBelief;

/// <summary>Weight matrices of a model, <c>0</c>, <c>1</c>, ... in its state dict.</summary>
internal sealed class WeightList : torch.nn.Module
{
    private readonly int count;

    public WeightList(IReadOnlyList<Parameter> weights)
        : base(nameof(WeightList))
    {
        count = weights.Count;
        for (var i = 0; i < count; i++)
            register_parameter(Name(i), weights[i]);
    }

    /// <summary>The matrices; read anew, as moving a module replaces its parameters.</summary>
    public IReadOnlyList<Parameter> All => [.. Enumerable.Range(0, count).Select(i => get_parameter(Name(i))!)];

    private static string Name(int number) => FormattableString.Invariant($"{number}");
}
