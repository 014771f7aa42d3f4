using DeepBelief.Samples.Mnist.Pretraining;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>The models of one seed, which it owns.</summary>
internal sealed class TablesModels : IDisposable
{
    /// <summary>The pre-trained RBM 784-2500, before fine-tuning; null where no table needs it or the run did not get so far.</summary>
    public PretrainedDbn? Rbm { get; set; }

    /// <summary>The pre-trained DBN 784-512-128-64, before fine-tuning.</summary>
    public PretrainedDbn? Dbn { get; set; }

    /// <summary>The fine-tuned classifier of each finished table; gives logits.</summary>
    public Dictionary<TableKind, Classifier> Classifiers { get; } = [];

    public void Dispose()
    {
        Rbm?.Dispose();
        Dbn?.Dispose();
        foreach (var classifier in Classifiers.Values)
            classifier.Dispose();
    }
}
