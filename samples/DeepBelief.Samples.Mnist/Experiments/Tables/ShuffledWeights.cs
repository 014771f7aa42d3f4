using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>
/// The control: a network that begins with exactly the numbers of a pre-trained one, in random places. Every layer's weights
/// are shuffled among themselves, and so are its biases; their scale and distribution stay, and nothing of what was learned.
/// The output layer is the one that the pre-trained network gets.
/// </summary>
internal static class ShuffledWeights
{
    public static Classifier Of(Dbn pretrained, long classes, int seed)
    {
        var classifier = pretrained.ToClassifier(classes, seed);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)(uint)seed);
        // All but the output layer's weights and biases.
        foreach (var parameter in classifier.parameters().SkipLast(2))
        {
            var order = torch.randperm(parameter.numel(), torch.ScalarType.Int64, generator: generator).to(parameter.device);
            _ = parameter.copy_(parameter.reshape(-1).index_select(0, order).reshape(parameter.shape));
        }

        return classifier;
    }
}
