using DeepBelief.Files;
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
    public static async Task<int> RunAsync(string[] args, Func<MnistOptions, RunOutput, CancellationToken, Task<MnistData>> locate)
    {
        using var interruption = new Interruption(Console.Error);
        return await CommandLine.RunAsync(
            args, (options, cancellationToken) => RunAsync(options, locate, cancellationToken), Console.Out, Console.Error, interruption.Token);
    }

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

    /// <summary>What can happen to a run without a mistake in the program; its message is for the user.</summary>
    public static bool IsExpected(Exception e)
        => e is MnistUnavailableException or IOException or UnauthorizedAccessException or DataFormatException or TrainingDivergedException;

    private static async Task<int> RunAsync(
        MnistOptions options, Func<MnistOptions, RunOutput, CancellationToken, Task<MnistData>> locate, CancellationToken cancellationToken)
    {
        var output = Terminal.CreateOutput(options);
        try
        {
            Prepare(options);
            using var data = await locate(options, output, cancellationToken);
            using var results = options.Experiment.CreateResults();
            var run = await ExperimentRun.RunAsync(options, data, output, results, cancellationToken);
            return await FinishAsync(run, data, output);
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
    private static void Prepare(MnistOptions options)
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
    private static async Task<int> FinishAsync(RunRecord run, MnistData data, RunOutput output)
    {
        var options = run.Options;
        var written = true;
        if (options.JsonToOutput)
            await WriteAsync(() => OutputFile.WriteToOutputAsync(JsonFile.Format(run)));
        if (options.JsonFile is { } json)
            await WriteAsync(() => OutputFile.WriteAsync(json, JsonFile.Format(run), CancellationToken.None), $"Written to {json}");
        if (options.ReportFile is { } report)
            await WriteAsync(() => OutputFile.WriteAsync(report, MnistReport.Create(run, data), CancellationToken.None), $"Report: {Path.GetFullPath(report)}");
        if (run.Status == RunStatus.Cancelled)
            await Console.Error.WriteLineAsync("Cancelled; what was finished by then is kept.");
        if (run.Failure is { } failure)
            output.Error(failure);
        return (run.Status, written) switch
        {
            (RunStatus.Cancelled, _) => ExitCode.Cancelled,
            (RunStatus.Complete, true) => ExitCode.Success,
            _ => ExitCode.Failure,
        };

        // Each as far as it can be: one bad file must not cost the others.
        async Task WriteAsync(Func<Task> write, string? note = null)
        {
            try
            {
                await write();
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
