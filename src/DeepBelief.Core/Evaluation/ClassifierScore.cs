namespace DeepBelief.Evaluation;

/// <summary>Loss and accuracy of a classifier on labelled rows.</summary>
/// <param name="Loss">Mean cross-entropy of softmax(outputs) with the labels, in nats.</param>
/// <param name="Accuracy">Fraction of rows whose largest output is the label's, 0 to 1.</param>
public sealed record ClassifierScore(double Loss, double Accuracy);
