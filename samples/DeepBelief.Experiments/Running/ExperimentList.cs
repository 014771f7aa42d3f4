using DeepBelief.Experiments.Anomaly;
using DeepBelief.Experiments.Autoencoders;
using DeepBelief.Experiments.ClassificationRbms;
using DeepBelief.Experiments.DeepLikelihoods;
using DeepBelief.Experiments.FewLabels;
using DeepBelief.Experiments.Full;
using DeepBelief.Experiments.GenerativeClassifiers;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Experiments.Tables;

namespace DeepBelief.Experiments.Running;

/// <summary>All experiments; the first is the default.</summary>
internal static class ExperimentList
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new TablesExperiment(),
        new FewLabelsExperiment(),
        new FullExperiment(),
        new LikelihoodExperiment(),
        new DeepLikelihoodExperiment(),
        new ClassificationRbmExperiment(),
        new GenerativeClassifierExperiment(),
        new AnomalyExperiment(),
        new AutoencoderExperiment(),
    ];

    public static Experiment Named(string name) => All.Single(experiment => experiment.Name == name);
}
