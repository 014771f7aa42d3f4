using DeepBelief.Internal;
using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>The gradient of the penalty that <see cref="SparsityOptions"/> describes.</summary>
internal sealed class SparsityTarget(ILayeredModel model, SparsityOptions options, Tensor hidden)
{
    // q, the moving mean.
    private readonly Tensor activity = hidden.clone().DetachFromDisposeScope();

    public IEnumerable<KeyValuePair<string, Tensor>> State => [new("activity", activity)];

    /// <summary>Adds it to <c>.grad</c>.</summary>
    /// <param name="visible">Mean of a batch, <c>[visible]</c>.</param>
    /// <param name="hidden">Mean of its E[h | v], <c>[hidden]</c>.</param>
    public void Change(Tensor visible, Tensor hidden)
    {
        _ = activity.Scale(options.Decay).Add(hidden, 1 - options.Decay);
        var byInput = activity.Minus(options.Target).Times(options.Cost);
        SharedInputs.AddGradient(model.Hidden, byInput);
        _ = Gradients.Of(model.Weight)?.addr_(byInput, visible);
    }
}
