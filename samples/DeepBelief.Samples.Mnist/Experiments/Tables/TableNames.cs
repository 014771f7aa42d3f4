namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>What the user types after <c>--only</c>.</summary>
internal static class TableNames
{
    public static IReadOnlyList<(string Name, TableKind Kind)> All { get; } =
    [
        ("rbm", TableKind.Rbm),
        ("rbm-pretrained", TableKind.RbmPretrained),
        ("rbm-control", TableKind.RbmControl),
        ("dbn", TableKind.Dbn),
        ("dbn-pretrained", TableKind.DbnPretrained),
        ("dbn-binarized", TableKind.DbnBinarized),
        ("dbn-control", TableKind.DbnControl),
    ];

    public static string Of(TableKind kind) => All.Single(table => table.Kind == kind).Name;

    public static TableKind Kind(string name) => All.Single(table => table.Name == name).Kind;
}
