namespace DeepBelief.Training;

/// <summary>
/// Makes up for what is inferred of even hidden layers of a <see cref="Dbm"/>: the gradient has the energy of their expected states,
/// where it should have their expected energy. The two differ in the log-variances of Gaussian and ReLU units.
/// </summary>
internal sealed class InferredVariance(Dbm model) : GradientChange
{
    /// <summary>What was inferred given the rows of the batch.</summary>
    public MeanFieldInference? Inference { get; set; }

    /// <summary>The weights of the rows; null if all count alike.</summary>
    public Tensor? Weights { get; set; }

    /// <summary>True if the machine has such units.</summary>
    public static bool Applies(Dbm model)
    {
        using var scope = torch.NewDisposeScope();
        return DbmHalves.EvenHidden(model.Hidden).Any(layer => layer.Variances is not null && layer.parameters().Any(parameter => parameter.requires_grad));
    }

    public override void Apply()
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var entries = DbmHalves.EvenHidden(model.Hidden.Zip(Inference!.Inputs, Inference.Means));
        foreach (var (layer, inputs, means) in entries.Where(entry => entry.First.parameters().Any(parameter => parameter.requires_grad)))
        {
            var difference = layer.CumulantGenerator(inputs).neg() - layer.Energy(means);
            (Weights is null ? difference : difference * Weights).mean().backward();
        }
    }
}
