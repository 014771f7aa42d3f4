using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The training loop of all models: epochs, batches, updates, schedules, early stopping, checkpoints, progress.</summary>
internal static class TrainingLoop
{
    public static TrainingHistory<TMetrics> Run<TMetrics>(
        TrainingTask<TMetrics> task,
        OptimizationOptions options,
        CheckpointStage? checkpoint,
        ProgressReporter progress,
        CancellationToken cancellationToken)
        where TMetrics : IEpochMetrics<TMetrics>
    {
        var device = task.Parameters[0].device;
        var batches = task.Rows.Batches;
        GradientChange[] changes = [.. options.GradientChanges(task.Parameters)];
        var constraint = options.Constraint(task.Parameters);
        using var run = new RunState<TMetrics>(task, options);
        checkpoint?.Restore(run);
        using var guard = new DivergenceGuard(task.Parameters);
        // Gradient changes need the gradient alone, without momentum.
        if (task.CanKeepGradients && changes.Length == 0 && constraint is null)
            run.Optimizer.HoldMomentumInGradients();
        progress.Begin(options.Epochs, batches, run.Clock);

        try
        {
            while (!run.Finished)
                RunEpoch(run.Epoch + 1);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            guard.RestoreUnlessFinite();
            checkpoint?.AfterCancellation();
            throw;
        }
        catch
        {
            // A run that ends inside an epoch must not leave NaN or infinite parameters.
            guard.RestoreUnlessFinite();
            throw;
        }
        finally
        {
            foreach (var parameter in task.Parameters)
                parameter.grad = null;
        }

        return run.History;

        void Step()
        {
            if (task.Steps is not { } steps)
            {
                run.Optimizer.Step();
                return;
            }

            using var noGrad = torch.no_grad();
            steps.Begin();
            try
            {
                run.Optimizer.Step();
            }
            finally
            {
                steps.End();
            }
        }

        double LearningRate(int epoch)
        {
            var rate = options.LearningRate!.At(epoch, options.Epochs);
            Guard.Option(rate >= 0 && double.IsFinite(rate), nameof(options.LearningRate), rate, $"0 or more in epoch {epoch}");
            return rate;
        }

        void RunEpoch(int epoch)
        {
            var learningRate = LearningRate(epoch);
            run.Optimizer.LearningRate = learningRate;
            run.Optimizer.BeginEpoch(epoch, options.Epochs);
            Randomness.SeedDefault(device, options.Seed, Randomness.Epochs + epoch);

            using var epochScope = torch.NewDisposeScope();
            task.BeginEpoch(epoch);
            using var keys = task.ShareKeys();
            for (var batch = 1; batch <= batches; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var batchScope = torch.NewDisposeScope();
                task.ComputeGradient(batch, run.Optimizer.GradientDecay);
                foreach (var change in changes)
                    change.Apply();
                Step();
                constraint?.Apply();
                run.Average?.AfterUpdate(((epoch - 1L) * batches) + batch);
                guard.AfterBatch(batch, batches);
                if (batch < batches)
                    progress.AfterBatch(epoch, batch);
            }

            guard.EndEpoch(epoch, batches, learningRate);
            if (epoch == options.Epochs)
                run.Average?.Assign();
            var metrics = task.Evaluate(epoch, learningRate, run.Clock.Elapsed);
            var monitored = task.Monitored(metrics);
            if (!double.IsFinite(monitored))
                throw new TrainingDivergedException(epoch, monitored, learningRate);
            run.Add(metrics, monitored);
            checkpoint?.AfterEpoch(run, cancellationToken.CanBeCanceled);
            progress.AfterEpoch(epoch, monitored);
        }
    }
}
