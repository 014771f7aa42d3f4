using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// Adds the gradient of the mean -log p(y | v) of a network's current batch, as <see cref="UntiedDbn.forward"/> has it: of its
/// recognition parameters and of the machine at its top.
/// </summary>
/// <param name="model">A network with labels.</param>
/// <param name="scale">How much it counts.</param>
/// <param name="dropout">Which units are dropped; null for none.</param>
/// <param name="generator">Draws them; null uses the default generator.</param>
internal sealed class DiscriminativeGradient(UntiedDbn model, double scale, DropoutRates? dropout, Generator? generator) : GradientChange
{
    /// <summary>The rows, <c>[batch, visible]</c>, their labels, <c>[batch]</c>, and a factor of each, <c>[batch]</c>, or null; set before every <see cref="Apply"/>.</summary>
    public Batch Current { get; set; }

    public override void Apply()
    {
        using var grad = torch.enable_grad();
        using var scope = torch.NewDisposeScope();
        var (ofInputs, ofHidden) = dropout ?? new DropoutRates();
        var states = Drop(Current.Rows, ofInputs);
        foreach (var layer in model.Layers)
            states = Drop(layer.Stochastic.UpperMean(states), ofHidden);
        model.Labelled!.AccumulateGradient(states, Current.Labels!, scale, Current.Weights, ofHidden, generator);
    }

    private Tensor Drop(Tensor states, double rate) => rate > 0 ? states * DropoutFactors.Draw(states, rate, generator) : states;
}
