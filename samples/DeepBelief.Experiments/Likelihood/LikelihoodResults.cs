using System.Globalization;
using DeepBelief.Evaluation;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;

namespace DeepBelief.Experiments.Likelihood;

/// <summary>How probable a machine finds images, in nats an image, from both sides.</summary>
/// <param name="Lower">With the greater of both estimates of log Z: what one may claim.</param>
/// <param name="Upper">With the less of them; the same as <paramref name="Lower"/> where log Z is exact.</param>
/// <param name="StandardError">Of the more doubtful of both: that of log Z and of having so many images only.</param>
internal sealed record LikelihoodFigures(double Lower, double Upper, double StandardError)
{
    /// <summary>Of images, a mean over all of them.</summary>
    public static LikelihoodFigures Of(LogLikelihoodEstimate exact) => new(exact.Mean, exact.Mean, exact.StandardError);

    /// <inheritdoc cref="Of(LogLikelihoodEstimate)"/>
    public static LikelihoodFigures Of(LogLikelihoodBracket bracket)
        // By chance, forward annealing may find more of log Z than annealing backward.
        => new(Math.Min(bracket.Lower.Mean, bracket.Upper.Mean), Math.Max(bracket.Lower.Mean, bracket.Upper.Mean), Math.Max(bracket.Lower.StandardError, bracket.Upper.StandardError));

    /// <summary>One number where both sides are the same.</summary>
    public Interval ToInterval() => new(Lower == Upper ? null : Lower, Upper);
}

/// <summary>A machine that is trained and measured.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="History">Of its training.</param>
/// <param name="Train">Figures of training images.</param>
/// <param name="Test">Figures of the test images.</param>
/// <param name="EvaluationTime">How long log Z took.</param>
internal sealed record LikelihoodResult(
    LikelihoodMachine Machine, int Seed, TrainingHistory<EpochMetrics> History, LikelihoodFigures Train, LikelihoodFigures Test, TimeSpan EvaluationTime)
{
    /// <summary>log Z from both sides; null where it is exact.</summary>
    public LogPartitionBracket? Bracket { get; init; }

    /// <summary>log Z, where it is exact.</summary>
    public double? LogPartition { get; init; }

    /// <summary>The parts of offered swaps between neighbouring temperatures that were accepted in the last epoch; none without tempering.</summary>
    public IReadOnlyList<double> SwapAcceptance => [.. History.Last.Diagnostics.Where(one => one.Key.StartsWith("swap_acceptance", StringComparison.Ordinal)).Select(one => one.Value)];
}

/// <summary>The machines that are finished.</summary>
internal sealed class LikelihoodResults : IExperimentResults
{
    private readonly List<LikelihoodResult> machines = [];
    private readonly List<NamedDbn> models = [];

    public IReadOnlyList<LikelihoodResult> Machines => machines;

    /// <summary>The trained machines of the first seed, as DBNs of one layer.</summary>
    public IReadOnlyList<NamedDbn> Models => models;

    /// <summary>scikit-learn's example; null if its digits were not found or it is not finished.</summary>
    public DigitsResult? Digits { get; set; }

    public void Add(LikelihoodResult machine) => machines.Add(machine);

    /// <summary>Takes a machine over, as long as the first seed is under way.</summary>
    /// <returns>Whether it did.</returns>
    public bool Keep(NamedDbn model)
    {
        if (machines.Count > 0 && machines[^1].Seed != machines[0].Seed)
            return false;
        models.Add(model);
        return true;
    }

    /// <summary>Log-likelihoods for people: the seeds of each machine, and the published ones below them.</summary>
    public ResultTable ToTable() => new(
        "Log-likelihood of binary MNIST, nats an image",
        [
            "hidden", "bits", "machine",
            new("train") { Show = Show.Fixed(2) }, new("test") { Show = Show.Fixed(2) }, new("± s.e.") { Show = Show.Fixed(2) },
            new("log Z") { Show = Show.Fixed(2) }, "verdict", "epochs", new("training") { Show = Show.Time }, new("estimate") { Show = Show.Time },
        ],
        machines.GroupBy(one => one.Machine).SelectMany(ofMachine => (object?[][])
        [
            .. ofMachine.Select(one => (object?[])
            [
                one.Machine.Hidden,
                BitImages.Name(one.Machine.Bits),
                machines.Any(other => other.Seed != one.Seed) ? $"{one.Machine.Name}, seed {one.Seed}" : one.Machine.Name,
                one.Train.ToInterval(),
                one.Test.ToInterval(),
                one.Test.StandardError,
                one.Bracket is { } bracket ? new Interval(bracket.Lower, bracket.Upper) : one.LogPartition,
                one.Bracket is null ? "exact" : one.Bracket.IsReliable ? "" : "unreliable",
                one.History.Epochs.Count,
                one.History.Last.Elapsed,
                one.EvaluationTime,
            ]),
            .. ofMachine.Key.Published.Select(published => (object?[])
                [ofMachine.Key.Hidden, BitImages.Name(ofMachine.Key.Bits), published.Source, null, new Interval(published.Lower, published.Upper), null, null, null, null, null, null]),
        ]));

    /// <summary>scikit-learn's example for people; null where its digits were not found.</summary>
    public ResultTable? DigitsTable() => Digits is null ? null : ResultTable.Of(
        "8 × 8 digits: test accuracy of softmax regression",
        new (string On, double Ours, double Published)[] { ("RBM features", Digits.Features, DigitsResult.Published.Features), ("pixels", Digits.Pixels, DigitsResult.Published.Pixels) },
        new("on", row => row.On),
        new("ours", row => row.Ours, Show.Fixed(3)),
        new("scikit-learn's example", row => row.Published, Show.Fixed(3)));

    /// <summary>A row for each machine, in nats an image; lower and upper are the same where log Z is exact.</summary>
    public ResultTable ToCsv() => ResultTable.Of(
        "Machines",
        machines,
        new("seed", one => one.Seed),
        new("hidden", one => one.Machine.Hidden),
        new("bits", one => CommandLine.Lower(one.Machine.Bits)),
        new("machine", one => one.Machine.Name),
        new("train lower", one => one.Train.Lower),
        new("train upper", one => one.Train.Upper),
        new("test lower", one => one.Test.Lower),
        new("test upper", one => one.Test.Upper),
        new("standard error", one => one.Test.StandardError),
        new("training seconds", one => one.History.Last.Elapsed.TotalSeconds) { CsvFormat = "F3" },
        new("evaluation seconds", one => one.EvaluationTime.TotalSeconds) { CsvFormat = "F3" });

    public IEnumerable<Finding> Findings() =>
    [
        new() { Shown = DigitsTable() },
        new() { Shown = machines.Count > 0 ? ToTable() : null, Lines = [.. Swaps(), .. Warnings()], CsvFile = "likelihood.csv", Csv = ToCsv() },
    ];

    public object ToJson() => new
    {
        Machines = machines.Select(one => new
        {
            one.Machine.Name,
            one.Machine.Hidden,
            one.Machine.Bits,
            one.Seed,
            Epochs = one.History.Epochs.Count,
            TrainingSeconds = one.History.Last.Elapsed.TotalSeconds,
            EvaluationSeconds = one.EvaluationTime.TotalSeconds,
            one.Train,
            one.Test,
            one.LogPartition,
            Forward = Side(one.Bracket?.Forward),
            Reverse = Side(one.Bracket?.Reverse),
            one.Bracket?.Warning,
            one.SwapAcceptance,
            one.Machine.Published,
        }),
        Digits = Digits is null ? null : new { Digits.Features, Digits.Pixels, DigitsResult.Published },
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => LikelihoodReport.Sections(this, data);

    public void Dispose()
    {
        foreach (var model in models)
            model.Dbn.Dispose();
    }

    // Why figures are not to be trusted.
    private IEnumerable<string> Warnings() => machines
        .Where(one => one.Bracket?.Warning is not null)
        .Select(one => $"{one.Machine.Title}, seed {one.Seed}: the bracket is not to be trusted. {one.Bracket!.Warning}");

    // How often neighbouring temperatures swapped their states.
    private IEnumerable<string> Swaps() => machines
        .Where(one => one.SwapAcceptance.Count > 0)
        .Select(one => $"{one.Machine.Title}: accepted swaps between neighbouring temperatures, hottest first: "
            + string.Join(", ", one.SwapAcceptance.Select(rate => rate.ToString("P0", CultureInfo.InvariantCulture))));

    private static object? Side(LogPartitionEstimate? estimate)
        => estimate is null ? null : new { estimate.LogPartition, estimate.StandardError, estimate.EffectiveChains };
}
