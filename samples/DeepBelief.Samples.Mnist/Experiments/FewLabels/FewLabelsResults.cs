using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Report.FewLabels;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>The classifiers that are finished.</summary>
internal sealed class FewLabelsResults : ExperimentResults
{
    private readonly List<FewLabelsTrial> trials = [];
    private readonly List<FewLabelsResult> classifiers = [];

    /// <summary>What validation chose from; of the same seed, labels and starting weights, the best was taken.</summary>
    public IReadOnlyList<FewLabelsTrial> Trials => trials;

    public IReadOnlyList<FewLabelsResult> Classifiers => classifiers;

    /// <summary>Fewest labels first; of the draws that are finished from all starting weights.</summary>
    public IEnumerable<FewLabelsRow> Rows =>
        from size in classifiers.GroupBy(classifier => classifier.Labels)
        let draws = size
            .GroupBy(classifier => (classifier.Seed, classifier.Draw))
            .Where(draw => draw.Count() == Enum.GetValues<StartingWeights>().Length)
            .Select(draw => draw.ToDictionary(classifier => classifier.Start, classifier => classifier.TestAccuracy))
            .ToList()
        where draws.Count > 0
        orderby size.Key
        select FewLabelsRow.Of(size.Key, draws);

    public void AddTrial(FewLabelsTrial trial) => trials.Add(trial);

    public void Add(FewLabelsResult classifier) => classifiers.Add(classifier);

    public override object ToJson() => new
    {
        Rows,
        Trials,
        Classifiers = classifiers.Select(classifier => new
        {
            classifier.Seed,
            classifier.Labels,
            classifier.Draw,
            classifier.Start,
            classifier.Settings,
            classifier.TestAccuracy,
            Seconds = classifier.Time.TotalSeconds,
        }),
        Published = PublishedFewLabels.All,
    };

    public override IEnumerable<Section> ToSections(RunRecord run, MnistData data) => FewLabelsReport.Sections(this);

    public override void Dispose()
    {
    }
}
