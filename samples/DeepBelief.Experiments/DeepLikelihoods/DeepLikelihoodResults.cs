using DeepBelief.Evaluation;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.DeepLikelihoods;

/// <summary>A deep model that is trained and measured on the test images.</summary>
/// <param name="Title">The model.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Epochs">Of training, of all layers together.</param>
/// <param name="Bound">The lower bound, between both estimates of log Z.</param>
/// <param name="Bracket">log Z from both sides.</param>
/// <param name="TrainingTime">How long training took.</param>
/// <param name="EvaluationTime">How long the figures took.</param>
internal sealed record DeepLikelihoodResult(
    string Title, int Seed, int Epochs, LikelihoodFigures Bound, LogPartitionBracket Bracket, TimeSpan TrainingTime, TimeSpan EvaluationTime)
{
    /// <summary>The bound that importance sampling gives; null where there is none.</summary>
    public LikelihoodFigures? Importance { get; init; }

    /// <summary>Why importance sampling is not to be trusted as an estimate; null if nothing speaks against it.</summary>
    public string? Warning { get; init; }

    /// <summary>What others have published for models of these sizes.</summary>
    public IReadOnlyList<PublishedBound> Published { get; init; } = [];
}

/// <summary>The models that are finished; those of the first seed are kept.</summary>
internal sealed class DeepLikelihoodResults : IExperimentResults
{
    private readonly List<DeepLikelihoodResult> results = [];
    private readonly List<(string Title, torch.nn.Module Model)> models = [];

    public IReadOnlyList<DeepLikelihoodResult> Results => results;

    /// <summary>The trained models of the first seed, a <see cref="Dbn"/> or a <see cref="Dbm"/> each.</summary>
    public IReadOnlyList<(string Title, torch.nn.Module Model)> Models => models;

    /// <summary>Adds figures, and takes the model over if it is of the first seed.</summary>
    /// <returns>Whether it did.</returns>
    public bool Add(DeepLikelihoodResult result, torch.nn.Module model)
    {
        results.Add(result);
        if (result.Seed != results[0].Seed)
            return false;
        models.Add((result.Title, model));
        return true;
    }

    /// <summary>Bounds for people: the seeds of each model, and the published ones below them.</summary>
    public ResultTable ToTable() => new(
        "Lower bounds on the log-likelihood of binary images, bits drawn, nats an image",
        [
            "model", new("bound") { Show = Show.Fixed(2) }, new("± s.e.") { Show = Show.Fixed(2) }, new("importance sampling") { Show = Show.Fixed(2) },
            new("log Z") { Show = Show.Fixed(2) }, "verdict", "epochs", new("training") { Show = Show.Time }, new("figures") { Show = Show.Time },
        ],
        results.GroupBy(one => one.Title).SelectMany(ofModel => (object?[][])
        [
            .. ofModel.Select(one => (object?[])
            [
                results.Any(other => other.Seed != one.Seed) ? $"{one.Title}, seed {one.Seed}" : one.Title,
                one.Bound.ToInterval(),
                one.Bound.StandardError,
                one.Importance?.ToInterval(),
                new Interval(one.Bracket.Lower, one.Bracket.Upper),
                one.Bracket.IsReliable ? "" : "unreliable",
                one.Epochs,
                one.TrainingTime,
                one.EvaluationTime,
            ]),
            .. ofModel.First().Published.Select(published => (object?[])
                [published.Source, new Interval(published.Best is null ? null : published.Bound, published.Best ?? published.Bound), null, null, null, null, null, null, null]),
        ]));

    /// <summary>A row for each model, in nats an image.</summary>
    public ResultTable ToCsv() => ResultTable.Of(
        "Models",
        results,
        new("seed", one => one.Seed),
        new("model", one => one.Title),
        new("bound lower", one => one.Bound.Lower),
        new("bound upper", one => one.Bound.Upper),
        new("standard error", one => one.Bound.StandardError),
        new("importance lower", one => one.Importance?.Lower),
        new("importance upper", one => one.Importance?.Upper),
        new("importance standard error", one => one.Importance?.StandardError),
        new("training seconds", one => one.TrainingTime.TotalSeconds) { CsvFormat = "F3" },
        new("figures seconds", one => one.EvaluationTime.TotalSeconds) { CsvFormat = "F3" });

    public IEnumerable<Finding> Findings() =>
        [new() { Shown = results.Count > 0 ? ToTable() : null, Lines = [.. Warnings()], CsvFile = "deep_likelihood.csv", Csv = ToCsv() }];

    public object ToJson() => new
    {
        Models = results.Select(one => new
        {
            one.Title,
            one.Seed,
            one.Epochs,
            TrainingSeconds = one.TrainingTime.TotalSeconds,
            EvaluationSeconds = one.EvaluationTime.TotalSeconds,
            one.Bound,
            one.Importance,
            Forward = new { one.Bracket.Forward.LogPartition, one.Bracket.Forward.StandardError, one.Bracket.Forward.EffectiveChains },
            Reverse = new { one.Bracket.Reverse.LogPartition, one.Bracket.Reverse.StandardError, one.Bracket.Reverse.EffectiveChains },
            Warnings = new[] { one.Bracket.Warning, one.Warning }.OfType<string>(),
            one.Published,
        }),
    };

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => DeepLikelihoodReport.Sections(this);

    public void Dispose()
    {
        foreach (var (_, model) in models)
            model.Dispose();
    }

    private IEnumerable<string> Warnings() => results.SelectMany(one => new[]
    {
        one.Bracket.Warning is { } bracket ? $"{one.Title}, seed {one.Seed}: the bracket is not to be trusted. {bracket}" : null,
        one.Warning is { } importance ? $"{one.Title}, seed {one.Seed}, importance sampling: {importance}" : null,
    }).OfType<string>();
}
