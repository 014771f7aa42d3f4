using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Report.ClassificationRbms;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;

/// <summary>The machines that are finished; those of the first seed are kept.</summary>
internal sealed class ClassificationRbmResults : ExperimentResults
{
    private readonly List<ClassificationRbmResult> models = [];
    private readonly Dictionary<string, ClassificationRbm> machines = [];

    public IReadOnlyList<ClassificationRbmResult> Models => models;

    /// <summary>The first seed's machines by the names of their settings.</summary>
    public IReadOnlyDictionary<string, ClassificationRbm> Machines => machines;

    /// <summary>Test errors over the seeds, from 0 to 1, in the order of training.</summary>
    public IReadOnlyList<(ClassificationRbmSettings Settings, Statistics TestError, TimeSpan Time)> Errors =>
    [
        .. models.GroupBy(model => model.Settings.Name).Select(group => (
            group.First().Settings,
            Statistics.Of([.. group.Select(model => model.TestError)]),
            TimeSpan.FromSeconds(group.Average(model => model.Time.TotalSeconds)))),
    ];

    /// <summary>Adds figures, and takes their machine over.</summary>
    public void Add(ClassificationRbmResult model, ClassificationRbm machine)
    {
        models.Add(model);
        if (!machines.TryAdd(model.Settings.Name, machine))
            machine.Dispose();
    }

    public override object ToJson() => new
    {
        Models = models.Select(model => new
        {
            model.Seed,
            model.Settings.Name,
            model.Settings.Hidden,
            model.TestError,
            TestLoss = model.Test.Loss,
            model.ValidationError,
            Seconds = model.Time.TotalSeconds,
            Epochs = model.Epochs.Select(epoch => new
            {
                epoch.Epoch,
                Seconds = epoch.Elapsed.TotalSeconds,
                TrainLoss = epoch.Train.Loss,
                ValidationLoss = epoch.Validation!.Loss,
                ValidationError = 1 - epoch.Validation.Accuracy,
            }),
        }),
        Published = PublishedClassification.All,
    };

    public override IEnumerable<Section> ToSections(RunRecord run, MnistData data) => ClassificationRbmReport.Sections(this, data.Whole);

    public override void Dispose()
    {
        foreach (var machine in machines.Values)
            machine.Dispose();
    }
}
