using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Report.FewLabels;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>The classifiers that are finished.</summary>
internal sealed class FewLabelsResults : ExperimentResults
{
    private readonly List<FewLabelsTrial> trials = [];
    private readonly List<FewLabelsResult> classifiers = [];

    /// <summary>What validation chose from; of the same seed, labels and kind of weights, the best was taken.</summary>
    public IReadOnlyList<FewLabelsTrial> Trials => trials;

    public IReadOnlyList<FewLabelsResult> Classifiers => classifiers;

    /// <summary>Fewest labels first; of the draws that are finished both with and without pre-training.</summary>
    public IEnumerable<FewLabelsRow> Rows
    {
        get
        {
            foreach (var size in classifiers.GroupBy(classifier => classifier.Labels).OrderBy(size => size.Key))
            {
                var without = size.Where(classifier => !classifier.Pretrained).ToDictionary(classifier => (classifier.Seed, classifier.Draw));
                var pairs = size
                    .Where(classifier => classifier.Pretrained && without.ContainsKey((classifier.Seed, classifier.Draw)))
                    .Select(classifier => (With: classifier.TestAccuracy, Without: without[(classifier.Seed, classifier.Draw)].TestAccuracy))
                    .ToList();
                if (pairs.Count > 0)
                {
                    yield return new FewLabelsRow(
                        size.Key,
                        Statistics.Of([.. pairs.Select(pair => pair.With)]),
                        Statistics.Of([.. pairs.Select(pair => pair.Without)]),
                        Statistics.Of([.. pairs.Select(pair => pair.With - pair.Without)]));
                }
            }
        }
    }

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
            classifier.Pretrained,
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
