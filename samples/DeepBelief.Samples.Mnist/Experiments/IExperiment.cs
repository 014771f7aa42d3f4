namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>What <c>--experiment</c> chooses from. To add one, derive from <see cref="Experiment{TResults}"/> and list it in <see cref="ExperimentList"/>.</summary>
internal interface IExperiment
{
    /// <summary>What the user types after <c>--experiment</c>; lower case.</summary>
    string Name { get; }

    /// <summary>One line for <c>--help</c>.</summary>
    string Description { get; }

    /// <summary>Empty results, for <see cref="RunAsync"/> to fill.</summary>
    ExperimentResults CreateResults();

    /// <summary>
    /// Runs, prints what is finished as it goes, and adds it to the results at once: when the run is cancelled or fails, they
    /// are kept, written and reported as they are.
    /// </summary>
    /// <param name="context">Options, data, console and the training of models.</param>
    /// <param name="results">From <see cref="CreateResults"/>.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    Task RunAsync(ExperimentContext context, ExperimentResults results);
}
