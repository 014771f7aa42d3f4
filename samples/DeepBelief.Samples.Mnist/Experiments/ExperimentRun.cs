using System.Diagnostics;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Output;
using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>Runs an experiment, and keeps what is finished however it ends.</summary>
internal static class ExperimentRun
{
    public static async Task<RunRecord> RunAsync(
        MnistOptions options, MnistData data, RunOutput output, ExperimentResults results, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.Now;
        var clock = Stopwatch.StartNew();
        var context = new ExperimentContext(options, data, output, new PretrainingStore(options, output), cancellationToken);
        var (status, failure) = (RunStatus.Complete, (string?)null);
        try
        {
            var seeds = options.Seeds is [var only] ? $"seed {only}" : $"seeds {options.Seeds[0]} to {options.Seeds[^1]}";
            output.Note($"Experiment {options.Experiment.Name}: preset {options.Preset}, {seeds}, device {options.Device}, loss {options.Loss}.");
            await options.Experiment.RunAsync(context, results);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            status = RunStatus.Cancelled;
        }
        catch (Exception e) when (MnistProgram.IsExpected(e))
        {
            (status, failure) = (RunStatus.Failed, e.Message);
        }

        var run = new RunRecord(
            options.Experiment.Name, options, RunEnvironment.Current(), started, clock.Elapsed, status, failure, context.Stages, results);
        output.Note(FormattableString.Invariant($"{status} after {run.Time.TotalSeconds:F0} s."));
        return run;
    }
}
