using System.Diagnostics;
using DeepBelief.Internal;

namespace DeepBelief.Training;

/// <summary>The one training loop: epochs, shuffling, batches, updates, schedules, early stopping, progress.</summary>
internal static class TrainingLoop
{
    public static History<TMetrics> Run<TMetrics>(
        TrainingTask<TMetrics> task,
        OptimizationOptions options,
        ProgressReporter progress,
        CancellationToken cancellationToken)
    {
        if (task.Parameters.Count == 0)
            throw new ArgumentException("Expected at least one parameter whose requires_grad is true, found none.");
        var clock = Stopwatch.StartNew();
        var device = task.Parameters[0].device;
        var batches = (int)((task.Rows + options.BatchSize - 1) / options.BatchSize);
        using var order = Randomness.Generator(options.Seed, Randomness.Order);
        using var optimizer = options.Optimizer.Create(task.Parameters);
        using var guard = new DivergenceGuard(task.Parameters);
        using var best = new BestParameters(task.Parameters, keep: options.Patience is not null);
        var history = new List<TMetrics>();
        progress.Begin(options.Epochs, batches, clock);

        try
        {
            RunEpochs();
        }
        catch
        {
            // Whatever ended the run, it must not leave what a check at the end of the epoch would have refused.
            guard.RestoreUnlessFinite();
            throw;
        }
        finally
        {
            foreach (var parameter in task.Parameters)
                parameter.grad = null;
        }

        best.Restore();
        return new History<TMetrics>(history.AsReadOnly(), best.Epoch, history.Count < options.Epochs);

        void RunEpochs()
        {
            for (var epoch = 1; epoch <= options.Epochs; epoch++)
            {
                var learningRate = options.LearningRate.At(epoch, options.Epochs);
                optimizer.LearningRate = learningRate;
                optimizer.BeginEpoch(epoch, options.Epochs);

                using var epochScope = torch.NewDisposeScope();
                // On the CPU, so that the order is the same on every device.
                var shuffled = torch.randperm(task.Rows, ScalarType.Int64, generator: order).to(device);
                for (var batch = 1; batch <= batches; batch++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var batchScope = torch.NewDisposeScope();
                    var start = (long)(batch - 1) * options.BatchSize;
                    task.ComputeGradient(shuffled.narrow(0, start, Math.Min(options.BatchSize, task.Rows - start)));
                    optimizer.Update();
                    guard.AfterBatch(batch, batches);
                    if (batch < batches)
                        progress.AfterBatch(epoch, batch);
                }

                guard.EndEpoch(epoch, batches, learningRate);
                var metrics = task.Evaluate(epoch, learningRate, clock.Elapsed);
                var monitored = task.Monitored(metrics);
                if (!double.IsFinite(monitored))
                    throw new TrainingDivergedException(epoch, monitored, learningRate);
                history.Add(metrics);
                best.Consider(epoch, task.Score(monitored));
                progress.AfterEpoch(epoch, monitored);
                if (epoch - best.Epoch >= options.Patience)
                    break;
            }
        }
    }
}
