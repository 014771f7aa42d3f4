namespace DeepBelief.Training;

/// <summary>Any optimizer of <c>torch.optim</c>.</summary>
/// <remarks>The run sets all learning rates. Checkpoints omit the optimizer's state: a resumed run starts with a new optimizer.</remarks>
/// <example><code>
/// var optimizer = new TorchOptimizerSettings(parameters => optim.RMSProp(parameters));
/// rbm.Fit(images, new() { Optimizer = optimizer, LearningRate = 0.001 });
/// </code></example>
/// <param name="Make">Creates the optimizer of a run from its parameters; the run disposes it.</param>
public sealed record TorchOptimizerSettings(Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> Make) : OptimizerSettings
{
    /// <inheritdoc/>
    public override void Validate() => ArgumentNullException.ThrowIfNull(Make);

    /// <inheritdoc/>
    public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new Adapter(parameters, Make(parameters));

    private sealed class Adapter(IReadOnlyList<Parameter> parameters, torch.optim.Optimizer optimizer) : GradientOptimizer(parameters)
    {
        public override double LearningRate
        {
            get => base.LearningRate;
            set
            {
                base.LearningRate = value;
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = value;
            }
        }

        public override IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

        public override void Step() => optimizer.step()?.Dispose();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                optimizer.Dispose();
            base.Dispose(disposing);
        }
    }
}
