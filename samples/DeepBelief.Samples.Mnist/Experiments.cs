using System.Diagnostics;
using System.Globalization;
using DeepBelief.Samples.Mnist.Data;
using Spectre.Console;
using TorchSharp;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Mnist;

/// <summary>Runs the experiments and prints a table for each.</summary>
internal sealed class Experiments : IDisposable
{
    private const long Pixels = 784;
    private const long Digits = 10;
    private static readonly long[] RbmSizes = [Pixels, 2500];
    private static readonly long[] DbnSizes = [Pixels, 512, 128, 64];

    private readonly MnistOptions options;
    private readonly IAnsiConsole console;
    private readonly CancellationToken cancellationToken;
    private readonly torch.Device device;
    private readonly Recipe recipe;
    private readonly MnistSplit data;
    private Network? fineTunedDbn;

    private Experiments(MnistOptions options, MnistFiles files, IAnsiConsole console, CancellationToken cancellationToken)
    {
        this.options = options;
        this.console = console;
        this.cancellationToken = cancellationToken;
        device = options.Device == ComputeDevice.Cuda ? torch.CUDA : torch.CPU;
        recipe = Recipe.Of(options);
        data = MnistSplit.Load(files, device);
    }

    /// <exception cref="IOException">A CSV file can't be written.</exception>
    public static async Task RunAsync(MnistOptions options, MnistFiles files, IAnsiConsole console, CancellationToken cancellationToken)
    {
        if (options.Threads is { } threads)
            torch.set_num_threads(threads);
        var clock = Stopwatch.StartNew();
        using var experiments = new Experiments(options, files, console, cancellationToken);
        foreach (var experiment in options.Experiments)
        {
            var results = experiments.Run(experiment);
            console.Write(Tables.Create(experiment, results));
            if (options.OutputFolder is { } folder)
                console.WriteLine($"Written to {await Csv.WriteAsync(folder, experiment, results, cancellationToken)}");
        }

        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Experiments.Count} of 5 tables in {clock.Elapsed.TotalSeconds:F0} s: preset {options.Preset}, seed {options.Seed}, device {options.Device}."));
    }

    public void Dispose()
    {
        fineTunedDbn?.Dispose();
        data.Dispose();
    }

    private EpochResult[] Run(Experiment experiment)
    {
        switch (experiment)
        {
            case Experiment.Rbm:
                using (var network = Outputs(Classifier.Random(RbmSizes, Digits, options.Seed, device)))
                    return FineTune(experiment, network, data);
            case Experiment.RbmPretrained:
                using (var network = Outputs(Pretrained(experiment, RbmSizes)))
                    return FineTune(experiment, network, data);
            case Experiment.Dbn:
                using (var network = Outputs(Classifier.Random(DbnSizes, Digits, options.Seed, device)))
                    return FineTune(experiment, network, data);
            case Experiment.DbnPretrained:
                fineTunedDbn = Outputs(Pretrained(experiment, DbnSizes));
                return FineTune(experiment, fineTunedDbn, data);
            case Experiment.DbnBinarized:
                using (var binary = data.Binarized())
                    return FineTune(experiment, fineTunedDbn!, binary);
            default:
                throw new ArgumentOutOfRangeException(nameof(experiment), experiment, "Not one of the five experiments.");
        }
    }

    private Classifier Pretrained(Experiment experiment, long[] sizes)
    {
        using var dbn = Dbn.Bernoulli(sizes, recipe.Weights, options.Seed, device);
        _ = Stage.Run(console, $"{Tables.Title(experiment)}: pre-training", progress => sizes == RbmSizes
            ? [dbn.Layers[0].Fit(data.TrainImages, recipe.Rbm, progress, cancellationToken)]
            : dbn.Fit(data.TrainImages, recipe.Dbn, progress, cancellationToken));
        return dbn.ToClassifier(Digits, options.Seed);
    }

    // The original's networks end in a softmax, and its loss takes another of that.
    private Network Outputs(Classifier classifier)
        => options.Loss == LossKind.Original ? torch.nn.Sequential(classifier, torch.nn.Softmax(1)) : classifier;

    private EpochResult[] FineTune(Experiment experiment, Network network, MnistSplit split)
    {
        var history = Stage.Run(console, $"{Tables.Title(experiment)}: fine-tuning", progress => network.FitClassifier(
            split.TrainImages, split.TrainLabels, Recipe.FineTuning(options.Seed), split.TestImages, split.TestLabels, progress, cancellationToken));
        return [.. history.Epochs.Select(e => new EpochResult(e.Epoch, e.Test!.Loss, e.Train.Loss, e.Test.Accuracy, e.Train.Accuracy))];
    }
}
