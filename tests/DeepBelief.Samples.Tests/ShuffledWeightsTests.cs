using DeepBelief.Samples.Mnist;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

public sealed class ShuffledWeightsTests
{
    [Fact]
    public void Every_layer_has_the_pre_trained_numbers_in_other_places()
    {
        using var dbn = PreTrained();
        using var straight = dbn.ToClassifier(10, seed: 4);
        using var control = ShuffledWeights.Of(dbn, 10, seed: 4);

        var (before, after) = (Read(straight), Read(control));
        before.Should().HaveCount(6);
        foreach (var (there, here) in before.Zip(after).Take(4))
        {
            here.Should().NotEqual(there);
            here.Order().Should().Equal(there.Order());
        }

        // The output layer is the same for both.
        after[4].Should().Equal(before[4]);
        after[5].Should().Equal(before[5]);
    }

    [Fact]
    public void The_seed_decides_the_places()
    {
        using var dbn = PreTrained();
        using var one = ShuffledWeights.Of(dbn, 10, seed: 4);
        using var again = ShuffledWeights.Of(dbn, 10, seed: 4);
        using var other = ShuffledWeights.Of(dbn, 10, seed: -5);

        Read(again)[0].Should().Equal(Read(one)[0]);
        Read(other)[0].Should().NotEqual(Read(one)[0]);
    }

    private static Dbn PreTrained()
    {
        using var generator = new torch.Generator(1);
        using var data = torch.rand(new long[] { 50, 12 }, generator: generator);
        var dbn = Dbn.Bernoulli([12, 9, 7], WeightInitialization.Normal(0.1));
        _ = dbn.Fit(data, new() { Epochs = 3, BatchSize = 10, LearningRate = 0.1 });
        return dbn;
    }

    private static float[][] Read(Classifier classifier) => [.. classifier.parameters().Select(p => p.data<float>().ToArray())];
}
