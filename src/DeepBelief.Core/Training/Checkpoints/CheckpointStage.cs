namespace DeepBelief.Training;

/// <summary>The part of a checkpoint that belongs to one training run.</summary>
internal sealed class CheckpointStage(Checkpoint file, int index)
{
    /// <summary>Whether the file had the stage when it was opened.</summary>
    public bool HasBegun => file.Read(index, _ => true);

    /// <summary>What a finished run measured; null if the file has not got so far.</summary>
    public TrainingHistory<TMetrics>? Result<TMetrics>(OptimizationOptions options)
        where TMetrics : IEpochMetrics<TMetrics>
        => file.Read(index, content =>
        {
            var (epochs, best) = EpochHistory.Read<TMetrics>(content, options);
            return EpochHistory.IsFinished(options, epochs.Count, best) ? EpochHistory.Result(options, epochs, best) : null;
        });

    /// <summary>Puts a run where it was, if it had begun.</summary>
    public void Restore<TMetrics>(RunState<TMetrics> run)
        where TMetrics : IEpochMetrics<TMetrics>
        => _ = file.Read(index, content =>
        {
            run.Restore(content);
            return true;
        });

    /// <summary>Saves a run if it is time to.</summary>
    public void AfterEpoch<TMetrics>(RunState<TMetrics> run)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        if (!run.Finished && run.Epoch % file.Interval != 0)
            return;
        using var scope = torch.NewDisposeScope();
        file.Write(index, run.Save());
    }
}
