namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>An experiment with results of its own type.</summary>
internal abstract class Experiment<TResults> : IExperiment
    where TResults : ExperimentResults, new()
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    public ExperimentResults CreateResults() => new TResults();

    public Task RunAsync(ExperimentContext context, ExperimentResults results) => RunAsync(context, (TResults)results);

    /// <inheritdoc cref="IExperiment.RunAsync"/>
    protected abstract Task RunAsync(ExperimentContext context, TResults results);
}
