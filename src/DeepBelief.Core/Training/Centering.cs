using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>The gradient that <see cref="CenteringOptions"/> describes, out of the ordinary one.</summary>
internal sealed class Centering(ILayeredModel model, CenteringOptions options, Tensor visible, Tensor hidden)
{
    // μ and λ.
    private readonly Tensor visibleOffset = visible.clone().DetachFromDisposeScope();
    private readonly Tensor hiddenOffset = hidden.clone().DetachFromDisposeScope();

    public IEnumerable<KeyValuePair<string, Tensor>> State => [new("visible_offset", visibleOffset), new("hidden_offset", hiddenOffset)];

    /// <summary>Moves the offsets, and puts the centered gradient in the place of that in <c>.grad</c>.</summary>
    /// <param name="visible">Mean of a batch, <c>[visible]</c>.</param>
    /// <param name="hidden">Mean of its E[h | v], <c>[hidden]</c>.</param>
    public void Change(Tensor visible, Tensor hidden)
    {
        Move(visibleOffset, visible);
        Move(hiddenOffset, hidden);

        // With (h - λ)(v - μ)ᵀ multiplied out, the centered gradient is the other less two outer products: no sum over rows
        // has to be made again.
        var weight = model.Weight.grad!;
        var left = torch.stack([hiddenOffset, SharedInputs.Gradient(model.Hidden)], 1);
        var right = torch.stack([SharedInputs.Gradient(model.Visible), visibleOffset]);
        _ = weight.addmm_(left, right, alpha: -1);
        SharedInputs.AddGradient(model.Visible, weight.t().mv(hiddenOffset).neg());
        SharedInputs.AddGradient(model.Hidden, weight.mv(visibleOffset).neg());
    }

    private void Move(Tensor offset, Tensor mean) => _ = offset.Scale(1 - options.SlidingFactor).Add(mean, options.SlidingFactor);
}
