using DeepBelief.Cli;
using DeepBelief.Experiments.Running;
using DeepBelief.Files;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments;

/// <summary>The program, from the command line to the exit code.</summary>
internal static class ExperimentProgram
{
    /// <param name="args">The command line.</param>
    /// <param name="locate">Finds the data.</param>
    public static async Task<int> RunAsync(string[] args, Func<ExperimentOptions, RunOutput, CancellationToken, Task<MnistData>> locate)
    {
        using var interruption = new Interruption(Console.Error);
        return await CommandLine.RunAsync(
            args, (options, cancellationToken) => RunAsync(options, locate, cancellationToken), Console.Out, Console.Error, interruption.Token);
    }

    /// <summary>What can happen to a run without a mistake in the program; its message is for the user.</summary>
    public static bool IsExpected(Exception e)
        => e is MnistUnavailableException or IOException or UnauthorizedAccessException or DataFormatException or TrainingDivergedException;

    private static async Task<int> RunAsync(
        ExperimentOptions options, Func<ExperimentOptions, RunOutput, CancellationToken, Task<MnistData>> locate, CancellationToken cancellationToken)
    {
        var output = Terminal.CreateOutput(options.Quiet, options.JsonToOutput);
        try
        {
            Prepare(options);
            using var data = await locate(options, output, cancellationToken);
            using var results = options.Experiment.CreateResults();
            var run = ExperimentRun.Run(options, data, output, results, cancellationToken);
            return Finish(run, data, output);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Cancelled before anything was finished.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (IsExpected(e))
        {
            output.Error(e.Message);
            return ExitCode.Failure;
        }
    }

    /// <summary>What is wrong is better said now than after the training.</summary>
    private static void Prepare(ExperimentOptions options)
    {
        if (options.Device == ComputeDevice.Cuda && !torch.cuda.is_available())
            throw new IOException("--device cuda was asked for, but torch finds no CUDA device here.");
        if (options.Threads is { } threads)
            torch.set_num_threads(threads);
        if (options.OutputFolder is { } folder)
            OutputFile.PrepareFolder(folder);
        if (options.JsonFile is { } json)
            OutputFile.Prepare(json);
        if (options.ReportFile is { } report)
        {
            try
            {
                OutputFile.Prepare(report);
            }
            catch (IOException e)
            {
                throw new IOException($"{e.Message} (--report names another file for the report, --no-report leaves it out)", e);
            }
        }
    }

    // Not to be cancelled: what is finished is kept.
    private static int Finish(RunRecord run, MnistData data, RunOutput output)
    {
        var options = run.Options;
        var written = true;
        if (options.JsonToOutput)
            Write(() => OutputFile.WriteToOutput(RunJson.Format(run)));
        if (options.JsonFile is { } json)
            Write(() => OutputFile.Write(json, RunJson.Format(run)), $"Written to {json}");
        if (options.ReportFile is { } report)
            Write(() => OutputFile.Write(report, RunReport.Create(run, data)), $"Report: {Path.GetFullPath(report)}");
        if (run.Status == RunStatus.Cancelled)
            Console.Error.WriteLine("Cancelled; what was finished by then is kept.");
        if (run.Failure is { } failure)
            output.Error(failure);
        return (run.Status, written) switch
        {
            (RunStatus.Cancelled, _) => ExitCode.Cancelled,
            (RunStatus.Complete, true) => ExitCode.Success,
            _ => ExitCode.Failure,
        };

        // Each as far as it can be: one bad file must not cost the others.
        void Write(Action write, string? note = null)
        {
            try
            {
                write();
                if (note is not null)
                    output.Note(note);
            }
            catch (IOException e)
            {
                output.Error(e.Message);
                written = false;
            }
        }
    }
}

internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}
