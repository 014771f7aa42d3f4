using DeepBelief.Persistence;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Output;
using DeepBelief.Samples.Mnist.Report;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Samples.Mnist;

/// <summary>The program, from the command line to the exit code.</summary>
internal static class MnistProgram
{
    /// <param name="args">The command line.</param>
    /// <param name="locate">Finds the data.</param>
    public static Task<int> RunAsync(string[] args, Func<MnistOptions, RunOutput, CancellationToken, Task<MnistData>> locate)
        => CommandLine.RunAsync(args, (options, cancellationToken) => RunAsync(options, locate, cancellationToken), Console.Out, Console.Error);

    /// <summary>MNIST: from the user's folder, the cache or the web.</summary>
    public static async Task<MnistData> LocateAsync(MnistOptions options, RunOutput output, CancellationToken cancellationToken)
    {
        using var http = MnistLocator.CreateHttpClient();
        var locator = new MnistLocator(http)
        {
            DataFolder = options.DataFolder,
            Progress = progress =>
            {
                if (progress.File is null)
                    output.Note($"Looking for MNIST: {progress.Source}.");
            },
        };
        return MnistData.Of(await locator.LocateAsync(cancellationToken), options.TorchDevice());
    }

    private static async Task<int> RunAsync(
        MnistOptions options, Func<MnistOptions, RunOutput, CancellationToken, Task<MnistData>> locate, CancellationToken cancellationToken)
    {
        try
        {
            return await RunCheckedAsync(options, locate, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Cancelled before anything was finished.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failure;
        }
    }

    private static async Task<int> RunCheckedAsync(
        MnistOptions options, Func<MnistOptions, RunOutput, CancellationToken, Task<MnistData>> locate, CancellationToken cancellationToken)
    {
        if (options.Device == ComputeDevice.Cuda && !torch.cuda.is_available())
            throw new IOException("--device cuda was asked for, but torch finds no CUDA device here.");
        if (options.Threads is { } threads)
            torch.set_num_threads(threads);
        // Better now than after the training.
        if (options.OutputFolder is { } folder)
            OutputFile.PrepareFolder(folder);
        foreach (var path in new[] { options.ReportFile, options.JsonFile }.OfType<string>())
            OutputFile.Prepare(path);

        var output = Terminal.CreateOutput(options);
        using var data = await locate(options, output, cancellationToken);
        using var results = options.Experiment.CreateResults();
        var run = await ExperimentRun.RunAsync(options, data, output, results, cancellationToken);
        await WriteAsync(run, data, output);
        return run.Status switch
        {
            RunStatus.Complete => ExitCode.Success,
            RunStatus.Cancelled => ExitCode.Cancelled,
            _ => ExitCode.Failure,
        };
    }

    // Not to be cancelled: what is finished is kept.
    private static async Task WriteAsync(RunRecord run, MnistData data, RunOutput output)
    {
        var options = run.Options;
        if (options.JsonToOutput)
            await Console.Out.WriteLineAsync(JsonFile.Format(run));
        if (options.JsonFile is { } json)
        {
            await OutputFile.WriteAsync(json, JsonFile.Format(run), CancellationToken.None);
            output.Note($"Written to {json}");
        }

        if (options.ReportFile is { } report)
        {
            await OutputFile.WriteAsync(report, MnistReport.Create(run, data), CancellationToken.None);
            output.Note($"Report: {report}");
        }

        if (run.Status == RunStatus.Cancelled)
            await Console.Error.WriteLineAsync("Cancelled; what was finished by then is kept.");
        if (run.Status == RunStatus.Failed)
            await Console.Error.WriteLineAsync($"error: {run.Failure}");
    }

    /// <summary>What can happen to a run without a mistake in the program; its message is for the user.</summary>
    internal static bool IsExpected(Exception e)
        => e is MnistUnavailableException or IOException or DataFormatException or TrainingDivergedException;
}
