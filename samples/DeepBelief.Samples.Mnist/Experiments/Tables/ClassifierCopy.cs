using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

internal static class ClassifierCopy
{
    /// <summary>Gives a classifier the weights and biases of another of the same sizes.</summary>
    public static void CopyFrom(this Classifier classifier, Classifier other)
    {
        using var noGrad = torch.no_grad();
        foreach (var (to, from) in classifier.parameters().Zip(other.parameters()))
            _ = to.copy_(from);
    }
}
