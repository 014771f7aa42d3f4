// The comparison of the Python original: classifiers of digits with and without pre-training, as tables, CSV files and a report.
using System.CommandLine;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Training;
using TorchSharp;

var data = new Option<DirectoryInfo>("--data") { Description = "Folder with the four MNIST files, raw or gzipped; what it lacks is taken from the per-user cache, else downloaded into that." };
var results = new Option<DirectoryInfo>("--out") { Description = "Folder for the CSV files and the report.", DefaultValueFactory = _ => new("deepbelief-mnist") };
var seed = new Option<int>("--seed") { Description = "Seed of weights, shuffling and sampling." };
var seeds = new Option<int>("--seeds") { Description = "Repeat for this many seeds, counted up from --seed, and show mean and standard deviation.", DefaultValueFactory = _ => 1 };
var device = new Option<string>("--device") { Description = "Where to compute.", DefaultValueFactory = _ => "cpu" };
seeds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < 1)
        result.AddError("Option '--seeds' takes a number of at least 1.");
});

var root = new RootCommand("Trains RBM and DBN classifiers on MNIST with and without pre-training, and prints the results as tables beside those of the Python original.")
{
    data.AcceptExistingOnly(), results, seed, seeds, device.AcceptOnlyFromAmong("cpu", "cuda"),
};
root.SetAction(async (parsed, cancellationToken) =>
{
    var output = Terminal.CreateOutput();
    try
    {
        var isCuda = parsed.GetValue(device) == "cuda";
        if (isCuda && !torch.cuda.is_available())
            throw new IOException("--device cuda was asked for, but torch finds no CUDA device here.");
        using var mnist = await MnistData.LocateAsync(parsed.GetValue(data)?.FullName, isCuda ? torch.CUDA : torch.CPU, output.Note, cancellationToken);
        int[] all = [.. Enumerable.Range(parsed.GetValue(seed), parsed.GetValue(seeds))];
        return MnistSample.Run(mnist.Original, all, parsed.GetValue(results)!.FullName, output, cancellationToken) ? 0 : 130;
    }
    catch (Exception e) when (e is MnistUnavailableException or IOException or TrainingDivergedException)
    {
        output.Error(e.Message);
        return 1;
    }
    catch (OperationCanceledException)
    {
        output.Error("Cancelled before anything was finished.");
        return 130;
    }
});
// After Ctrl-C, training stops at the next batch, and what is finished is written.
return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
