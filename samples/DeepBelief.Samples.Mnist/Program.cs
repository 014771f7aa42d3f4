using DeepBelief.Persistence;
using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Training;
using Spectre.Console;
using TorchSharp;

return await CommandLine.RunAsync(args, RunAsync, Console.Out, Console.Error);

static async Task<int> RunAsync(MnistOptions options, CancellationToken cancellationToken)
{
    if (options.Device == ComputeDevice.Cuda && !torch.cuda.is_available())
    {
        await Console.Error.WriteLineAsync("error: --device cuda was asked for, but torch finds no CUDA device here.");
        return ExitCode.Failure;
    }

    var console = Terminal.Create(Console.IsOutputRedirected);
    try
    {
        if (options.OutputFolder is { } folder)
            Csv.PrepareFolder(folder);

        using var http = MnistLocator.CreateHttpClient();
        var locator = new MnistLocator(http)
        {
            DataFolder = options.DataFolder,
            Progress = progress =>
            {
                if (progress.File is null)
                    console.WriteLine($"Looking for MNIST: {progress.Source}.");
            },
        };
        var files = await locator.LocateAsync(cancellationToken);
        await Experiments.RunAsync(options, files, console, cancellationToken);
        return ExitCode.Success;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("Cancelled; tables and files finished by then are kept.");
        return ExitCode.Cancelled;
    }
    catch (Exception e) when (e is MnistUnavailableException or IOException or DataFormatException or TrainingDivergedException)
    {
        await Console.Error.WriteLineAsync($"error: {e.Message}");
        return ExitCode.Failure;
    }
}
