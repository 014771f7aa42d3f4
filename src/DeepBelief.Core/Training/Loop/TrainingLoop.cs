using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The training loop of all models: epochs, batches, updates, schedules, early stopping, checkpoints, progress.</summary>
internal sealed class TrainingLoop<TMetrics> : ITrainingLoop<TMetrics>
    where TMetrics : ISavedMetrics<TMetrics>
{
    private readonly TrainingTask<TMetrics> task;
    private readonly OptimizationOptions options;
    private readonly CheckpointStage? checkpoint;
    private readonly RunState<TMetrics> run;
    private readonly GradientChange[] changes;
    private readonly MaxNormConstraint? constraint;

    /// <summary>Creates the loop of a run, or of one that goes on from its checkpoint. The loop owns task and checkpoint.</summary>
    public TrainingLoop(TrainingTask<TMetrics> task, OptimizationOptions options, CheckpointStage? checkpoint)
    {
        (this.task, this.options, this.checkpoint) = (task, options, checkpoint);
        changes = [.. options.GradientChanges(task.Parameters)];
        constraint = options.Constraint(task.Parameters);
        run = new RunState<TMetrics>(task, options);
        try
        {
            checkpoint?.Restore(run);
            // Also rows that a rank has drawn for itself, in place of gaps, have had a say in what changes begin with.
            task.Ranks?.Align([.. task.Kept, .. task.SharedState]);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Parameter> Parameters => task.Parameters;

    public int Epoch => run.Epoch;

    public bool IsFinished => run.IsFinished;

    public TrainingHistory<TMetrics> History => run.History;

    public RunGroup? Group => options.Group as RunGroup;

    public void Run(int? epochs, ProgressReporter progress, CancellationToken cancellationToken)
    {
        var last = epochs is { } more ? (int)Math.Min(int.MaxValue, (long)run.Epoch + more) : options.Epochs;
        if (run.HasStopped || run.Epoch >= last)
            return;
        using var mode = Tensors.Parameters.OutsideInference();
        using var entered = task.Enter();
        using var guard = new DivergenceGuard(task.Kept);
        // Gradient changes and ranks need the gradient alone, without momentum, and in float32.
        if (task.CanKeepGradients && changes.Length == 0 && constraint is null && task.Ranks is null)
        {
            if (task.Rounded is { } rounded)
                run.Optimizer.StepRounded(rounded);
            else
                run.Optimizer.HoldMomentumInGradients();
        }

        progress.Begin(Math.Max(options.Epochs, last), task.Rows.Batches, run.Clock);
        if (run.Last is { } before)
            progress.Finished(before, task.Monitored(before));
        task.Ranks?.Begin(cancellationToken);
        run.Clock.Start();
        try
        {
            while (run.Epoch < last && !run.HasStopped)
                RunEpoch(run.Epoch + 1, last, guard, progress, cancellationToken);
            task.Ranks?.Confirm();
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested || task.Ranks is { AreCancelled: true })
        {
            task.Ranks?.Fail(e, isCancelled: true);
            guard.RestoreUnlessFinite();
            checkpoint?.AfterCancellation();
            throw new TrainingCanceledException<TMetrics>([run.History], e, cancellationToken);
        }
        catch (Exception e)
        {
            task.Ranks?.Fail(e, isCancelled: false);
            // A run that ends inside an epoch must not leave NaN or infinite parameters.
            guard.RestoreUnlessFinite();
            throw;
        }
        finally
        {
            task.Ranks?.End();
            run.Clock.Stop();
            foreach (var parameter in task.Parameters.Where(parameter => !parameter.IsInvalid))
                parameter.grad = null;
        }
    }

    public void Dispose()
    {
        run.Dispose();
        task.Dispose();
        checkpoint?.Dispose();
    }

    private void RunEpoch(int epoch, int last, DivergenceGuard guard, ProgressReporter progress, CancellationToken cancellationToken)
    {
        // Progress reports run the caller's code, which may have disposed the model.
        foreach (var parameter in task.Parameters)
            Guard.Alive(parameter);
        run.Begin();
        // An epoch beyond the plan is the last of a longer one.
        var planned = Math.Max(options.Epochs, epoch);
        var learningRate = LearningRate(epoch, planned);
        run.Optimizer.LearningRate = learningRate;
        run.Optimizer.BeginEpoch(epoch, planned);
        Randomness.SeedDefault(task.Parameters[0].device, Randomness.OfRank(options.Seed, options.Group), Randomness.Epochs + epoch);

        using var epochScope = torch.NewDisposeScope();
        task.BeginEpoch(epoch);
        using var keys = task.ShareKeys();
        var batches = task.Rows.Batches;
        for (var batch = 1; batch <= batches; batch++)
        {
            // Ranks stop together, before the same update.
            if (task.Ranks is null)
                cancellationToken.ThrowIfCancellationRequested();
            Update(epoch, batch, guard);
            if (batch < batches)
                progress.AfterBatch(epoch, batch);
        }

        guard.EndEpoch(epoch, batches, learningRate);
        if (epoch == planned)
            run.AssignAverage();
        var metrics = task.Evaluate(epoch, learningRate, run.Clock.Elapsed);
        var monitored = task.Monitored(metrics);
        monitored = task.Ranks?.EndEpoch(epoch, task.Parameters, monitored) ?? monitored;
        if (!double.IsFinite(monitored))
            throw new TrainingDivergedException(epoch, monitored, learningRate);
        run.Add(metrics, monitored);
        checkpoint?.AfterEpoch(run, isDue: epoch == last || run.IsFinished, cancellationToken.CanBeCanceled || task.Ranks is not null);
        // Whoever hears of the epoch may work with the group, and so must know that the file is written.
        task.Ranks?.Confirm();
        progress.Finished(metrics, monitored);
        progress.AfterEpoch(epoch);
    }

    private void Update(int epoch, int batch, DivergenceGuard guard)
    {
        using var scope = torch.NewDisposeScope();
        task.ComputeGradient(batch, run.Optimizer.GradientDecay);
        using var alone = new SingleThread(task.LargestProduct);
        foreach (var change in changes)
            change.Apply();
        Step();
        constraint?.Apply();
        var batches = task.Rows.Batches;
        run.AfterUpdate(((epoch - 1L) * batches) + batch);
        guard.AfterBatch(batch, batches);
    }

    private double LearningRate(int epoch, int epochs)
    {
        var rate = options.LearningRate!.At(epoch, epochs);
        Guard.Option(rate >= 0 && double.IsFinite(rate), nameof(options.LearningRate), rate, $"0 or more in epoch {epoch}");
        return rate;
    }

    private void Step()
    {
        if (task.Steps is not { Count: > 0 } all)
        {
            run.Optimizer.Step();
            return;
        }

        using var noGrad = torch.no_grad();
        foreach (var steps in all)
            steps.Begin(run.Optimizer);
        try
        {
            run.Optimizer.Step();
        }
        finally
        {
            foreach (var steps in all)
                steps.End();
        }
    }
}
