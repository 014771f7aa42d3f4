using DeepBelief.Samples.Mnist.Experiments.Anomaly;
using DeepBelief.Samples.Mnist.Experiments.ClassificationRbms;
using DeepBelief.Samples.Mnist.Experiments.FewLabels;
using DeepBelief.Samples.Mnist.Experiments.Full;
using DeepBelief.Samples.Mnist.Experiments.Likelihood;
using DeepBelief.Samples.Mnist.Experiments.Tables;

namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>All experiments; the first is the default.</summary>
internal static class ExperimentList
{
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new TablesExperiment(),
        new FewLabelsExperiment(),
        new FullExperiment(),
        new LikelihoodExperiment(),
        new ClassificationRbmExperiment(),
        new AnomalyExperiment(),
    ];

    public static IExperiment Named(string name) => All.Single(experiment => experiment.Name == name);
}
