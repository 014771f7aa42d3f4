using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>A run between its epochs, for <see cref="Trainer{TMetrics}"/>.</summary>
internal interface ITrainingLoop<TMetrics> : IDisposable
{
    /// <summary>The parameters that the run trains.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Number of finished epochs.</summary>
    int Epoch { get; }

    /// <summary>True if the plan is done or early stopping has ended the run.</summary>
    bool IsFinished { get; }

    /// <summary>The finished epochs.</summary>
    TrainingHistory<TMetrics> History { get; }

    /// <summary>The ranks that train together; null for a process alone.</summary>
    RunGroup? Group { get; }

    /// <summary>Trains for a number of epochs, null for the rest of the plan; fewer if early stopping ends the run.</summary>
    /// <exception cref="TrainingCanceledException{TMetrics}">The token was cancelled.</exception>
    void Run(int? epochs, ProgressReporter progress, CancellationToken cancellationToken);
}
