using System.Diagnostics;
using System.Globalization;
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
        output.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Experiment}: {run.Time.TotalSeconds:F0} s, preset {options.Preset}, seed {string.Join(", ", options.Seeds)}, device {options.Device}."));
        return run;
    }
}
