using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>How well principal components bring images back. Squared errors are sums over pixels, in the mean of the images.</summary>
/// <param name="Network">The autoencoder that they are compared with.</param>
/// <param name="Train">Squared error of the training images.</param>
/// <param name="Test">Squared error of the test images.</param>
internal sealed record ComponentsResult(AutoencoderNetwork Network, double Train, double Test);

/// <summary>How well an autoencoder brings images back. Squared errors are sums over pixels, in the mean of the images.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Name">Its layers up to the code.</param>
/// <param name="Network">What it is.</param>
/// <param name="Start">Squared error of the training images when it was unrolled, before it was fine-tuned.</param>
/// <param name="Epochs">Of fine-tuning; squared errors of a sample of the training images.</param>
/// <param name="Train">Squared error of the training images at the end.</param>
/// <param name="Test">Squared error of the test images at the end.</param>
internal sealed record AutoencoderResult(
    int Seed, string Name, AutoencoderNetwork Network, double Start, IReadOnlyList<LossMetrics> Epochs, double Train, double Test)
{
    /// <summary>Of fine-tuning.</summary>
    public TimeSpan Time => Epochs[^1].Elapsed;
}

/// <summary>The codes that are finished; of the first seed, the autoencoders are kept.</summary>
internal sealed class AutoencoderResults : IExperimentResults
{
    private readonly List<(ComponentsResult Result, PrincipalComponents Components)> components = [];
    private readonly List<AutoencoderResult> networks = [];
    private readonly Dictionary<long, Autoencoder> autoencoders = [];
    private readonly List<LayerHistory> pretraining = [];
    private int? firstSeed;

    public IReadOnlyList<(ComponentsResult Result, PrincipalComponents Components)> Components => components;

    public IReadOnlyList<AutoencoderResult> Networks => networks;

    /// <summary>The autoencoders of the first seed by the number of their code units.</summary>
    public IReadOnlyDictionary<long, Autoencoder> Autoencoders => autoencoders;

    /// <summary>The layers that were pre-trained for the first seed.</summary>
    public IReadOnlyList<LayerHistory> Pretraining => pretraining;

    /// <summary>Scores components, and takes them over.</summary>
    public void Add(AutoencoderNetwork network, PrincipalComponents found, MnistSplit data)
        => components.Add((new(network, found.SquaredError(data.TrainImages), found.SquaredError(data.TestImages)), found));

    /// <summary>Adds the layers of a finished pre-training.</summary>
    public void AddPretraining(int seed, PretrainedDbn pretrained)
    {
        firstSeed ??= seed;
        if (seed == firstSeed)
            pretraining.AddRange(pretrained.Dbn.Layers.Zip(pretrained.Histories, (layer, history) => new LayerHistory($"{layer.VisibleSize}-{layer.HiddenSize}", layer.VisibleSize, history)));
    }

    /// <summary>Adds figures, and takes the autoencoder over.</summary>
    public void Add(AutoencoderResult result, Autoencoder autoencoder)
    {
        networks.Add(result);
        if (!autoencoders.TryAdd(result.Network.Code, autoencoder))
            autoencoder.Dispose();
    }

    /// <summary>Squared errors for people, the published ones beside them.</summary>
    public ResultTable ToTable() => new(
        "Squared error of an image, a sum over its pixels",
        [
            "code from", new("numbers") { Show = Show.Whole }, new("test images") { Show = Show.Fixed(2) }, new("published") { Show = Show.Fixed(2) },
            new("training images") { Show = Show.Fixed(2) }, "epochs", new("time") { Show = Show.Time },
        ],
        components.SelectMany(one => Rows(one.Result)))
    {
        Note = $"Published are test errors of {AutoencoderNetwork.Source}.",
    };

    /// <summary>A row for each way to make a code; of principal components without a seed.</summary>
    public ResultTable ToCsv() => new(
        "Squared errors",
        ["seed", "code from", "numbers", "test error", "training error", "training error before fine-tuning", "epochs", new("seconds") { CsvFormat = "F3" }],
        [
            .. components.Select(one => (object?[])[null, "principal components", one.Result.Network.Code, one.Result.Test, one.Result.Train, null, null, null]),
            .. networks.Select(one => (object?[])
                [one.Seed, $"autoencoder {one.Name}", one.Network.Code, one.Test, one.Train, one.Start, one.Epochs.Count, one.Time.TotalSeconds]),
        ]);

    public IEnumerable<Finding> Findings() =>
    [
        new() { Shown = components.Count > 0 ? ToTable() : null, CsvFile = "autoencoder.csv", Csv = ToCsv() },
    ];

    public object ToJson() => new
    {
        PrincipalComponents = components.Select(one => new { Numbers = one.Result.Network.Code, TestError = one.Result.Test, TrainingError = one.Result.Train, Published = one.Result.Network.PublishedComponents }),
        Autoencoders = networks.Select(one => new
        {
            one.Seed,
            one.Name,
            Numbers = one.Network.Code,
            TestError = one.Test,
            TrainingError = one.Train,
            TrainingErrorBeforeFineTuning = one.Start,
            Published = one.Network.PublishedNetwork,
            Seconds = one.Time.TotalSeconds,
            Epochs = one.Epochs.Select(epoch => new { epoch.Epoch, epoch.LearningRate, TrainingError = epoch.Train, Seconds = epoch.Elapsed.TotalSeconds }),
        }),
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => AutoencoderReport.Sections(this, data);

    public void Dispose()
    {
        foreach (var (_, found) in components)
            found.Dispose();
        foreach (var autoencoder in autoencoders.Values)
            autoencoder.Dispose();
    }

    private IEnumerable<object?[]> Rows(ComponentsResult linear)
    {
        yield return ["principal components", linear.Network.Code, linear.Test, linear.Network.PublishedComponents, linear.Train, null, null];
        AutoencoderResult[] seeds = [.. networks.Where(one => one.Network.Code == linear.Network.Code)];
        if (seeds.Length > 0)
        {
            yield return
            [
                $"autoencoder {seeds[0].Name}",
                linear.Network.Code,
                Over(one => one.Test),
                linear.Network.PublishedNetwork,
                Over(one => one.Train),
                seeds[0].Epochs.Count,
                TimeSpan.FromSeconds(seeds.Average(one => one.Time.TotalSeconds)),
            ];
        }

        Statistics Over(Func<AutoencoderResult, double> figure) => Statistics.Of([.. seeds.Select(figure)]);
    }
}
