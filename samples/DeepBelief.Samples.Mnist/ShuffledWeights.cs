using TorchSharp;

namespace DeepBelief.Samples.Mnist;

/// <summary>
/// The control: a network that begins with exactly the numbers of a pre-trained one, in random places. Every layer's weights
/// are shuffled among themselves, and so are its biases; their scale and distribution stay, and nothing of what was learned.
/// The output layer is the one that the pre-trained network gets.
/// </summary>
internal static class ShuffledWeights
{
    /// <param name="pretrained">The numbers; left as they are.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Of the places, and of the output layer's weights.</param>
    /// <param name="dropout">Of the classifier; none when null.</param>
    public static Classifier Of(Dbn pretrained, long classes, long seed, DropoutRates? dropout = null)
    {
        var classifier = pretrained.ToClassifier(classes, seed, dropout);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(unchecked((ulong)seed));
        // All but the output layer's weights and biases.
        foreach (var parameter in classifier.parameters().SkipLast(2))
        {
            var order = torch.randperm(parameter.numel(), torch.ScalarType.Int64, generator: generator).to(parameter.device);
            _ = parameter.copy_(parameter.reshape(-1).index_select(0, order).reshape(parameter.shape));
        }

        return classifier;
    }

    /// <summary>Gives a classifier the weights and biases of another of the same sizes.</summary>
    public static void CopyFrom(this Classifier classifier, Classifier other)
    {
        using var noGrad = torch.no_grad();
        foreach (var (to, from) in classifier.parameters().Zip(other.parameters()))
            _ = to.copy_(from);
    }
}
