namespace DeepBelief.Evaluation;

/// <summary>How well a classifier does on labelled rows.</summary>
/// <param name="Loss">Mean cross-entropy of softmax(outputs) with the labels, in nats.</param>
/// <param name="Accuracy">Part of the rows whose largest output is that of the label, 0 to 1.</param>
public sealed record ClassifierScore(double Loss, double Accuracy);
