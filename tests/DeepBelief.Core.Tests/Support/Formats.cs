using System.Runtime.CompilerServices;
using DeepBelief.Files;

namespace DeepBelief.Tests.Support;

/// <summary>The file formats by what they can do. A new format is in all of these lists.</summary>
internal static class Formats
{
    /// <summary>The formats that say what is needed to rebuild a machine of Bernoulli units.</summary>
    public static IReadOnlyList<ModelFormat> OfMachines { get; } = [.. ModelFormat.All.Except([ModelFormat.StateDict])];

    /// <summary>Those of them that hold networks, too.</summary>
    public static IReadOnlyList<ModelFormat> Complete { get; } = [.. OfMachines.Except([ModelFormat.ScikitLearn])];

    /// <summary>Those of them that hold every kind of model.</summary>
    public static IReadOnlyList<ModelFormat> General { get; } = [.. Complete.Except([ModelFormat.Original])];

    /// <summary>The formats that hold a state dict.</summary>
    public static IReadOnlyList<ModelFormat> StateDicts { get; } = [.. ModelFormat.All.Except([ModelFormat.Original, ModelFormat.ScikitLearn])];

    /// <summary>
    /// Puts a format before all others and one behind them: if one takes what is not its own, or throws for it, the theories over
    /// formats fail.
    /// </summary>
    [ModuleInitializer]
    internal static void AddAtBothEnds()
    {
        var (first, last) = (new ZipOfArrays("first"), new ZipOfArrays("last"));
        ModelFormat.All = [first, .. ModelFormat.All, last];
        TensorFormat.All = [first.Tensors, .. TensorFormat.All, last.Tensors];
    }
}
