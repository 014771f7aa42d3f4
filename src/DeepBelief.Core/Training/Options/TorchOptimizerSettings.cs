namespace DeepBelief.Training;

/// <summary>Any optimizer of <c>torch.optim</c>.</summary>
/// <remarks>
/// The run sets its learning rate, in all of its parameter groups; the other constants are the optimizer's own, and so is
/// what it remembers: a checkpoint does not hold it, and a run that goes on from one begins with an optimizer that is new.
/// </remarks>
/// <param name="Make">Makes the optimizer of one run from the parameters; the run disposes it.</param>
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
