using DeepBelief.Benchmarks.Peers;
using TorchSharp;

namespace DeepBelief.Benchmarks.Tests.Training;

/// <summary>The peer in TorchSharp does the update that ours is compared with.</summary>
public sealed class EagerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Units_that_are_certain_give_the_update_of_the_formula(int steps)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var machine = new EagerWorker.EagerRbm(visible: 3, hidden: 2);
        // Biases so large that every draw is certain: h = (1, 0), v = (1, 0, 1).
        machine.Weight.zero_();
        machine.HiddenBias.copy_(torch.tensor([60f, -60f]));
        machine.VisibleBias.copy_(torch.tensor([60f, -60f, 60f]));
        var data = torch.tensor(new float[,] { { 0, 1, 1 }, { 1, 1, 0 }, { 0, 1, 0 }, { 0, 1, 1 } });

        machine.Update(data, steps);
        machine.Update(data, steps);

        // Means of the rows, less (1, 0, 1): of h = 1 alone. The first step is 0.05 of it, the second 0.9 of that and again 0.05, less
        // the decay of the weights that the first one made.
        float[] difference = [0.25f - 1, 1, 0.5f - 1];
        float[] first = [.. difference.Select(d => 0.05f * d)];
        float[] second = [.. difference.Zip(first, (d, w) => (0.9f * w) + (0.05f * (d - (2e-4f * w))))];
        Values(machine.Weight[0]).Should().Equal([.. first.Zip(second, (a, b) => a + b)], (a, b) => Math.Abs(a - b) < 1e-6);
        Values(machine.Weight[1]).Should().OnlyContain(w => Math.Abs(w) < 1e-20f);
        Values(machine.HiddenBias).Should().Equal(60, -60);
        // Steps of biases: 0.05 and 0.05 · 1.9 of the same difference.
        Values(machine.VisibleBias).Should().Equal(
            [.. difference.Zip((float[])[60, -60, 60], (d, b) => b + (0.05f * 2.9f * d))], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static float[] Values(torch.Tensor tensor) => tensor.data<float>().ToArray();
}
