namespace DeepBelief.Experiments.Running;

/// <summary>What <c>--experiment</c> chooses from. To add one, derive from <see cref="Experiment{TResults}"/> and list it in <see cref="ExperimentList"/>.</summary>
internal abstract class Experiment
{
    /// <summary>What the user types after <c>--experiment</c>; lower case.</summary>
    public abstract string Name { get; }

    /// <summary>One line for <c>--help</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it learns from any set of images; otherwise from MNIST alone.</summary>
    public virtual bool TakesAnyImages => false;

    /// <summary>Whether it pre-trains with <see cref="ExperimentOptions.Products"/>; otherwise in float32 alone.</summary>
    public virtual bool TakesProducts => false;

    /// <summary>Empty results, for <see cref="Run"/> to fill.</summary>
    public abstract IExperimentResults CreateResults();

    /// <summary>Runs, and prints and writes what is finished however that ends.</summary>
    /// <param name="context">Options, data, console and the training of models.</param>
    /// <param name="results">From <see cref="CreateResults"/>.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Run(ExperimentContext context, IExperimentResults results)
    {
        try
        {
            Fill(context, results);
        }
        finally
        {
            foreach (var finding in results.Findings())
                context.Publish(finding);
        }
    }

    /// <summary>Adds what is finished to the results at once: when the run is cancelled or fails, they are kept as they are.</summary>
    protected abstract void Fill(ExperimentContext context, IExperimentResults results);
}

/// <summary>An experiment with results of its own type.</summary>
internal abstract class Experiment<TResults> : Experiment
    where TResults : IExperimentResults, new()
{
    public override IExperimentResults CreateResults() => new TResults();

    protected override void Fill(ExperimentContext context, IExperimentResults results) => Fill(context, (TResults)results);

    /// <inheritdoc cref="Experiment.Fill"/>
    protected abstract void Fill(ExperimentContext context, TResults results);
}
