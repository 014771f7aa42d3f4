using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Report.Anomaly;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>The seeds that are finished.</summary>
internal sealed class AnomalyResults : ExperimentResults
{
    private readonly List<AnomalyResult> seeds = [];

    public IReadOnlyList<AnomalyResult> Seeds => seeds;

    /// <summary>Areas under the curve, over the seeds, in the order in which the sets were scored.</summary>
    public IReadOnlyList<(string Name, Statistics RocAuc)> Areas =>
    [
        .. seeds.SelectMany(seed => seed.Others).GroupBy(set => set.Name)
            .Select(set => (set.Key, Statistics.Of([.. set.Select(one => one.RocAuc)]))),
    ];

    public void Add(AnomalyResult seed) => seeds.Add(seed);

    public override object ToJson() => new
    {
        AreasUnderCurve = Areas.Select(area => new { area.Name, area.RocAuc.Mean, area.RocAuc.StandardDeviation, area.RocAuc.Count }),
        Seeds = seeds.Select(seed => new
        {
            seed.Seed,
            TrainingSeconds = seed.TrainingTime.TotalSeconds,
            MeanFreeEnergyOfDigits = seed.Digits.Average(),
            Others = seed.Others.Select(set => new { set.Name, set.RocAuc, MeanFreeEnergy = set.FreeEnergies.Average() }),
        }),
    };

    public override IEnumerable<Section> ToSections(RunRecord run, MnistData data) => AnomalyReport.Sections(this, data.Whole);

    public override void Dispose()
    {
    }
}
