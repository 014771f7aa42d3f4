using DeepBelief.Evaluation;

namespace DeepBelief.Training;

/// <summary>The cross-entropy of classes and, optionally, virtual adversarial training. Owns the weights of classes.</summary>
internal sealed class ClassifierObjective(torch.nn.Module<Tensor, Tensor> network, Tensor? classWeights, VirtualAdversary? adversary) : Objective<ClassifierMetrics>
{
    public override Tensor Loss(Tensor inputs, Batch batch) => TrainingWeights.OfLabelled(batch, classWeights) is { } weights
        ? (torch.nn.functional.cross_entropy(network.call(inputs), batch.Labels!, reduction: torch.nn.Reduction.None) * weights).mean()
        : torch.nn.functional.cross_entropy(network.call(inputs), batch.Labels!);

    public override Tensor? Penalty(Batch batch, Tensor? unlabelled)
        => unlabelled is null ? adversary?.Loss(batch.Rows, TrainingWeights.OfLabelled(batch, classWeights)) : adversary?.Loss(unlabelled, weights: null);

    public override ClassifierMetrics Evaluate(int epoch, double learningRate, Batch scored, Batch? validation, TimeSpan elapsed)
        => new(epoch, learningRate, Score(scored), validation is { } unseen ? Score(unseen) : null, elapsed);

    public override double Monitored(ClassifierMetrics metrics) => (metrics.Validation ?? metrics.Train).Loss;

    public override void Dispose() => classWeights?.Dispose();

    private ClassifierScore Score(Batch labelled)
    {
        using var scope = torch.NewDisposeScope();
        var weights = TrainingWeights.OfLabelled(labelled, classWeights);
        // None of a few rows may be of a class that counts.
        var count = weights is not null && weights.sum().Number() > 0;
        return ClassifierEvaluation.Score(network, labelled.Rows, labelled.Labels!, count ? weights : null);
    }
}
