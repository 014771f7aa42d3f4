using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class RbmSamplingTests
{
    [Fact]
    public void Samples_are_states_with_the_probabilities_of_the_model()
    {
        const int Count = 50_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3, weights: 1);
        using var generator = new Generator(3);
        Frequencies(rbm.Sample(Count, steps: 40, generator: generator)).ShouldBeFrequencies(Enumeration.VisibleProbabilities(rbm), Count);
    }

    [Fact]
    public void Chains_begin_at_the_start_or_where_units_without_inputs_are()
    {
        const int Count = 20_000;
        using var scope = torch.NewDisposeScope();
        // The one hidden unit repeats what the first visible one was, so that a step tells where the chain began.
        using var rbm = Rbm.Bernoulli(2, 1, dtype: ScalarType.Float64);
        using (torch.no_grad())
        {
            _ = rbm.Weight.copy_(torch.tensor(new[,] { { 60.0, 0 } }));
            _ = ((BernoulliUnits)rbm.Visible).Bias.copy_(torch.tensor(new[] { -30.0 + Math.Log(3), 0 }));
            _ = ((BernoulliUnits)rbm.Hidden).Bias.fill_(-30.0);
        }

        using var generator = new Generator(4);
        var ones = rbm.Sample(Count, steps: 1, start: torch.ones(1, 2, ScalarType.Float64), generator);
        Enumeration.Read(ones.select(1, 0)).Should().OnlyContain(x => x == 1);
        var rows = torch.arange(Count, ScalarType.Float64).unsqueeze(1).remainder(2).expand(Count, 2);
        rbm.Sample(Count, steps: 1, rows, generator).select(1, 0).ShouldBeNear(rows.select(1, 0), 0);
        // Without inputs, the first unit is on with probability 3 exp(-30).
        Enumeration.Read(rbm.Sample(Count, steps: 1, generator: generator).select(1, 0)).Should().OnlyContain(x => x == 0);
    }

    [Fact]
    public void Real_units_are_sampled_with_their_spread()
    {
        const int Count = 40_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 1, "bernoulli", 1, weights: 0);
        using var generator = new Generator(5);
        var samples = rbm.Sample(Count, steps: 1, generator: generator);
        var units = (GaussianUnits)rbm.Visible;
        var variance = Math.Exp(units.LogVariance.ToDouble());
        samples.mean().ToDouble().Should().BeApproximately(units.Bias.ToDouble(), 5 * Math.Sqrt(variance / Count));
        samples.var().ToDouble().Should().BeApproximately(variance, 5 * variance * Math.Sqrt(2.0 / Count));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        Refused(() => rbm.Sample(0), "*1 or more*");
        Refused(() => rbm.Sample(1, steps: 0), "*1 or more*");
        Refused(() => rbm.Sample(3, start: torch.zeros(2, 3)), "*1 or 3 rows*[2, 3]*");
        Refused(() => rbm.Sample(3, start: torch.zeros(3, 4)), "*[batch, 3]*[3, 4]*");
        Refused(() => rbm.Sample(1, start: torch.full(1, 3, 2, ScalarType.Float32)), "*[0, 1]*[2, 2]*");

        static void Refused(Func<Tensor> sample, string message) => sample.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static double[] Frequencies(Tensor bits)
    {
        var states = 1 << (int)bits.shape[1];
        var places = torch.tensor(Enumerable.Range(0, (int)bits.shape[1]).Select(i => Math.Pow(2, i)).ToArray());
        return Enumeration.Read(torch.bincount(bits.mv(places).to(ScalarType.Int64), minlength: states).to(ScalarType.Float64) / bits.shape[0]);
    }
}
