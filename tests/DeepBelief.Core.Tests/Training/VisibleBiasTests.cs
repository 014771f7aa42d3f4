using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Biases of Gaussian units take steps by the share of their data's variance that the units have themselves.</summary>
public sealed class VisibleBiasTests
{
    [Fact]
    public void Biases_of_units_much_narrower_than_their_data_take_smaller_steps()
    {
        using var scope = torch.NewDisposeScope();
        const int Rows = 100_000;
        // Two modes of ±1 in all columns but the last, which is constant; the units have 1/50, half, all and four times of that variance.
        var modes = torch.tensor(new[] { 1f, -1 }).repeat(Rows / 2).unsqueeze(1);
        var rows = torch.cat([modes.expand(-1, 4), torch.zeros(Rows, 1)], dim: 1);
        float[] variances = [0.02f, 0.5f, 1, 4, 0.02f];
        using var rbm = Rbm.Gaussian(5, 1);
        using (torch.no_grad())
        {
            var units = (GaussianUnits)rbm.Visible;
            _ = units.LogVariance.copy_(torch.tensor(variances).log());
            _ = units.Bias.fill_(0.5);
            _ = rbm.Weight.zero_();
        }

        _ = rbm.Fit(rows, new()
        {
            Epochs = 1,
            BatchSize = Rows,
            LearningRate = 0.1,
            Optimizer = new SgdSettings { Momentum = 0 },
            NegativePhase = new ContrastiveDivergence(),
            Centering = null,
            Averaging = 0,
            InitializeFromData = false,
        });

        // Without weights the model's rows have the mean 0.5, the data's 0: a step of -0.05 times 2σ²/Var(v), at most 1.
        float[] factors = [0.04f, 1, 1, 1, 1];
        var bias = ((GaussianUnits)rbm.Visible).Bias.data<float>().ToArray();
        for (var column = 0; column < 5; column++)
            bias[column].Should().BeApproximately(0.5f - (0.05f * factors[column]), 0.1f * factors[column] * 5 * MathF.Sqrt(variances[column] / Rows));
    }
}
