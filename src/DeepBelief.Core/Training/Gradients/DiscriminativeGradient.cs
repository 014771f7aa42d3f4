namespace DeepBelief.Training;

/// <summary>Adds the gradient of the mean -log p(y | v) of a machine's current batch.</summary>
/// <param name="model">The machine.</param>
/// <param name="scale">How much it counts.</param>
internal sealed class DiscriminativeGradient(ClassificationRbm model, double scale) : GradientChange
{
    /// <summary>The rows, <c>[batch, D]</c>, their labels, <c>[batch]</c>, and a factor of each, <c>[batch]</c>, or null; set before every <see cref="Apply"/>.</summary>
    public Batch Current { get; set; }

    public override void Apply() => model.AccumulateGradient(Current.Rows, Current.Labels!, scale, Current.Weights);
}
