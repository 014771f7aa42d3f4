namespace DeepBelief.Training;

/// <summary>Adds the gradient of the mean -log p(y | v) of a network's current batch: of its recognition weights and its top.</summary>
/// <param name="model">A network with labels.</param>
/// <param name="scale">How much it counts.</param>
internal sealed class DiscriminativeGradient(UntiedDbn model, double scale) : GradientChange
{
    /// <summary>The rows, <c>[batch, D]</c>, their labels, <c>[batch]</c>, and a factor of each, <c>[batch]</c>, or null; set before every <see cref="Apply"/>.</summary>
    public Batch Current { get; set; }

    public override void Apply()
    {
        using var grad = torch.enable_grad();
        using var scope = torch.NewDisposeScope();
        var terms = model.call(Current.Rows).gather(1, Current.Labels!.unsqueeze(1)).squeeze(1);
        if (terms.requires_grad)
            (Current.Weights is { } weights ? terms * weights : terms).mean().Times(-scale).backward();
    }
}
