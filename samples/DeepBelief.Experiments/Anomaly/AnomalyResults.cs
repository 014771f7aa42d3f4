using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;

namespace DeepBelief.Experiments.Anomaly;

/// <summary>Free energies that a machine of one seed gives to images.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Digits">Of the test images, in nats.</param>
/// <param name="Others">Of what is no digit.</param>
/// <param name="TrainingTime">Of the machine, when it was trained.</param>
internal sealed record AnomalyResult(int Seed, float[] Digits, IReadOnlyList<AnomalySet> Others, TimeSpan TrainingTime);

/// <summary>Images that are no digits.</summary>
/// <param name="Name">What they are.</param>
/// <param name="FreeEnergies">Of each, in nats.</param>
/// <param name="RocAuc">The probability that one of them has a higher free energy than a digit; 0.5 if that tells nothing.</param>
internal sealed record AnomalySet(string Name, float[] FreeEnergies, double RocAuc);

/// <summary>The seeds that are finished.</summary>
internal sealed class AnomalyResults : IExperimentResults
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

    /// <summary>For people; nothing before a seed is finished.</summary>
    public ResultTable? ToTable() => seeds.Count == 0 ? null : new(
        "Test digits against other images, by free energy",
        ["images", "AUROC", new("mean free energy, nats") { Show = Show.Fixed(1) }],
        [
            .. Areas.Select(area => (object?[])[area.Name, area.RocAuc, Mean(seeds.Select(seed => seed.Others.First(set => set.Name == area.Name).FreeEnergies))]),
            ["test digits", null, Mean(seeds.Select(seed => seed.Digits))],
        ]);

    public ResultTable ToCsv() => ResultTable.Of(
        "Areas under the ROC curve",
        seeds.SelectMany(seed => seed.Others.Select(set => (Seed: seed, Set: set))),
        new("seed", row => row.Seed.Seed),
        new("images", row => row.Set.Name),
        new("auroc", row => row.Set.RocAuc),
        new("mean free energy", row => row.Set.FreeEnergies.Average()),
        new("mean free energy of digits", row => row.Seed.Digits.Average()));

    public IEnumerable<Finding> Findings() => [new() { Shown = ToTable(), CsvFile = "anomaly.csv", Csv = ToCsv() }];

    public object ToJson() => new
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

    public IEnumerable<Section> ToSections(RunRecord run, MnistData data) => AnomalyReport.Sections(this, data.Whole);

    public void Dispose()
    {
    }

    private static float Mean(IEnumerable<float[]> energies) => energies.SelectMany(values => values).Average();
}
