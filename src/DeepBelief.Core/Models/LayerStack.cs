using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Layers that stand on each other: the hidden units of each are the visible units of the next.</summary>
internal static class LayerStack
{
    /// <summary>Propagates data up through layers, lowest first; of no layers it is the data.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="data">The data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">States that each passes on.</param>
    /// <param name="generator">Random generator for sampled states.</param>
    public static Tensor SendUp(IEnumerable<StochasticLayer> layers, Tensor data, LayerInputs inputs, Generator? generator)
        => inputs.Propagate(
            data,
            layers.Select(layer => (Func<Tensor, Tensor>)layer.UpperMean),
            layers.Select(layer => (Func<Tensor, Tensor>)(states => layer.SampleUpper(states, generator))));

    /// <summary>Propagates states of the highest units down through layers, which are given lowest first.</summary>
    public static Tensor SendDown(IEnumerable<StochasticLayer> layers, Tensor states, LayerInputs inputs, Generator? generator)
        => inputs.Propagate(
            states,
            layers.Reverse().Select(layer => (Func<Tensor, Tensor>)layer.LowerMean),
            layers.Reverse().Select(layer => (Func<Tensor, Tensor>)(upper => layer.SampleLower(upper, generator))));

    /// <summary>Throws unless RBMs can be stacked, lowest first.</summary>
    public static void Check(Rbm[] layers, string name)
    {
        foreach (var layer in layers)
            ArgumentNullException.ThrowIfNull(layer, name);
        Check([.. layers.Select(rbm => ((torch.nn.Module)rbm, rbm.Visible, rbm.Hidden, (Tensor)rbm.Weight))], name);
    }

    /// <summary>Throws unless layers can be stacked, lowest first.</summary>
    public static void Check((torch.nn.Module Module, UnitLayer Visible, UnitLayer Hidden, Tensor Weight)[] layers, string name)
    {
        if (layers.Length == 0)
            throw new ArgumentException("Expected at least one layer, found none.", name);
        if (layers.Select(layer => layer.Module).Distinct().Count() != layers.Length)
            throw new ArgumentException("Expected distinct layers, found one of them twice.", name);
        foreach (var layer in layers)
            Guard.SameKind(layer.Weight, layers[0].Weight, name);
        for (var i = 1; i < layers.Length; i++)
        {
            var (below, above) = (layers[i - 1].Hidden, layers[i].Visible);
            if (below.Description != above.Description)
            {
                throw new ArgumentException(
                    $"Expected layer {i} to have {below.Description} visible units, as layer {i - 1} has hidden ones; found {above.Description} ones.",
                    name);
            }
        }
    }

    /// <summary>Throws unless a machine can stand on units.</summary>
    public static void CheckTop(UnitLayer below, Tensor like, Rbm top, string name)
    {
        Guard.SameKind(top.Weight, like, name);
        if (below.Description != top.Visible.Description)
            throw new ArgumentException($"Expected {below.Description} visible units, as the layer below has hidden ones; found {top.Visible.Description} ones.", name);
    }

    /// <summary>Throws unless a machine with labels can stand on units.</summary>
    public static void CheckTop(UnitLayer below, Tensor like, ClassificationRbm top, string name)
    {
        Guard.SameKind(top.Joint.Weight, like, name);
        var parts = ((CompositeUnits)top.Joint.Visible).Parts;
        string[] expected = below is CompositeUnits composite ? [.. composite.Parts.Select(part => part.Description)] : [below.Description];
        if (!parts.SkipLast(1).Select(part => part.Description).SequenceEqual(expected))
            throw new ArgumentException($"Expected {below.Description} units beside the label, as the layer below has hidden ones; found {top.Joint.Visible.Description} in all.", name);
    }
}
