using System.Diagnostics;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Runs;

namespace DeepBelief.Experiments.Running;

/// <summary>How a run ended.</summary>
internal enum RunStatus
{
    Complete,
    Cancelled,
    Failed,
}

/// <summary>A run as it is reported: what was asked for, what came out, where and how long.</summary>
/// <param name="Experiment">Its name.</param>
/// <param name="Options">The settings.</param>
/// <param name="Started">When.</param>
/// <param name="Time">How long, without the report.</param>
/// <param name="Status">If not <see cref="RunStatus.Complete"/>, the results are those that were finished by then.</param>
/// <param name="Failure">What went wrong, if it failed.</param>
/// <param name="Stages">What was trained.</param>
/// <param name="Results">What was found.</param>
internal sealed record RunRecord(
    string Experiment,
    ExperimentOptions Options,
    DateTimeOffset Started,
    TimeSpan Time,
    RunStatus Status,
    string? Failure,
    IReadOnlyList<Stage> Stages,
    IExperimentResults Results);

/// <summary>Runs an experiment, and keeps what is finished however it ends.</summary>
internal static class ExperimentRun
{
    public static RunRecord Run(
        ExperimentOptions options, MnistData data, RunOutput output, IExperimentResults results, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.Now;
        var clock = Stopwatch.StartNew();
        var context = new ExperimentContext(options, data, output, new PretrainingStore(options, output), cancellationToken);
        var (status, failure) = (RunStatus.Complete, (string?)null);
        try
        {
            var seeds = options.Seeds is [var only] ? $"seed {only}" : $"seeds {options.Seeds[0]} to {options.Seeds[^1]}";
            output.Note($"Experiment {options.Experiment.Name} on {options.Images.Name}: preset {options.Preset}, {seeds}, device {options.Device}, loss {options.Loss}.");
            options.Experiment.Run(context, results);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            status = RunStatus.Cancelled;
        }
        catch (Exception e) when (ExperimentProgram.IsExpected(e))
        {
            (status, failure) = (RunStatus.Failed, e.Message);
        }

        var run = new RunRecord(options.Experiment.Name, options, started, clock.Elapsed, status, failure, context.Stages, results);
        output.Note(FormattableString.Invariant($"{status} after {run.Time.TotalSeconds:F0} s."));
        return run;
    }
}
