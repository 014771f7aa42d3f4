namespace DeepBelief.Training;

/// <summary>The part of a checkpoint that belongs to one stage.</summary>
internal sealed class CheckpointStage(Checkpoint file, int index)
{
    /// <summary>True if the file contains the stage.</summary>
    public bool HasBegun => file.Read(index, _ => true);

    /// <summary>Returns the result of a finished stage; null if the file does not contain it.</summary>
    public TrainingHistory<TMetrics>? Result<TMetrics>(OptimizationOptions options)
        where TMetrics : IEpochMetrics<TMetrics>
        => file.Read(index, content =>
        {
            var (epochs, best) = EpochHistory.Read<TMetrics>(content, options);
            return EpochHistory.IsFinished(options, epochs.Count, best) ? EpochHistory.Result(options, epochs, best) : null;
        });

    /// <summary>Restores a run if its stage had begun.</summary>
    public void Restore<TMetrics>(RunState<TMetrics> run)
        where TMetrics : IEpochMetrics<TMetrics>
        => _ = file.Read(index, content =>
        {
            run.Restore(content);
            return true;
        });

    /// <summary>Saves a run if a checkpoint is due.</summary>
    public void AfterEpoch<TMetrics>(RunState<TMetrics> run)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        if (!run.Finished && run.Epoch % file.Interval != 0)
            return;
        using var scope = torch.NewDisposeScope();
        file.Write(index, run.Save());
    }
}
