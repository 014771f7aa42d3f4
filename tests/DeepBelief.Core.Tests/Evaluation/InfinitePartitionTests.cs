using DeepBelief.Evaluation;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Evaluation;

/// <summary>Energies of which exp(-F) has no finite sum or integral: an estimate of their log Z says so.</summary>
public sealed class InfinitePartitionTests
{
    private static readonly UnitSupport Counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);

    private static readonly Dictionary<string, (long Size, UnitSupport Support, Func<Tensor, Tensor> FreeEnergy)> Improper = new()
    {
        ["counts that all are as likely"] = (2, Counts, v => v.sum(1) * 0),
        ["counts that are the likelier the larger they are"] = (2, Counts, v => v.sum(1) * -0.1),
        ["one count among others"] = (5, Counts, v => v.add(1).lgamma().narrow(1, 0, 4).sum(1)),
        ["counts that raise each other"] = (2, Counts, v => v.sum(1) - 0.2 * v.prod(1)),
        ["1/n"] = (1, Counts, v => v.add(1).log().sum(1)),
        ["reals that all are as likely"] = (2, UnitSupport.Real, v => v.sum(1) * 0),
        ["one real number among others"] = (5, UnitSupport.Real, v => v.narrow(1, 0, 4).square().sum(1) + v.narrow(1, 4, 1).sum(1) * 0),
        ["a slope"] = (2, UnitSupport.Real, v => (v.abs() - v).sum(1)),
        ["a saddle"] = (2, UnitSupport.Real, v => v.square().sum(1) - 3 * v.prod(1)),
        ["an energy with a ceiling"] = (2, UnitSupport.Real, v => v.square().sum(1).tanh()),
        ["numbers above 0"] = (1, UnitSupport.NonNegative, v => v.sum(1) * -0.01),
        ["a number that is free if a bit is on"] = (2, UnitSupport.Composite((UnitSupport.Binary, 1), (UnitSupport.Real, 1)), v => (1 - v.select(1, 0)) * v.select(1, 1).square()),
        ["a count with the exponential of a normal number as its rate"] = (2, UnitSupport.Composite((Counts, 1), (UnitSupport.Real, 1)), v => v.select(1, 0).add(1).lgamma() - v.prod(1) + v.select(1, 1).square() / 2),
    };

    private static readonly Dictionary<string, (long Size, UnitSupport Support, Func<Tensor, Tensor> FreeEnergy, double LogPartition)> Proper = new()
    {
        // ζ(4), the integral of Student's t of 4 degrees of freedom in each of two columns, and that of a half Gaussian.
        ["1/n⁴"] = (1, Counts, v => v.add(1).log().sum(1) * 4, Math.Log(Math.Pow(Math.PI, 4) / 90)),
        ["1/x⁵"] = (2, UnitSupport.Real, v => (v.square() / 4 + 1).log().sum(1) * 2.5, 2 * Math.Log(8.0 / 3)),
        ["half a Gaussian"] = (3, UnitSupport.NonNegative, v => v.square().sum(1) / 2, 1.5 * Math.Log(Math.PI / 2)),
        ["a slope between bounds"] = (2, UnitSupport.Interval("unit", 0, 1), v => v.sum(1) * 0, 0.0),
    };

    public static TheoryData<string> ImproperNames => [.. Improper.Keys];

    public static TheoryData<string> ProperNames => [.. Proper.Keys];

    [Theory]
    [MemberData(nameof(ImproperNames))]
    public void An_infinite_partition_function_gives_a_warning(string name)
    {
        using var scope = torch.NewDisposeScope();
        var (size, support, freeEnergy) = Improper[name];
        foreach (var seed in new[] { 0, 1, 2 })
        {
            var estimate = AnnealedImportanceSampling.Forward(new Density(size, freeEnergy, support), options: new() { Schedule = AnnealingSchedule.Uniform(50), Seed = seed });
            estimate.Warning.Should().Contain("finite");
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(ProperNames))]
    public void Heavy_tails_and_bounds_give_none(string name)
    {
        using var scope = torch.NewDisposeScope();
        var (size, support, freeEnergy, exact) = Proper[name];
        foreach (var seed in new[] { 0, 1, 2 })
        {
            var bracket = AnnealedImportanceSampling.Bracket(new Density(size, freeEnergy, support), options: new() { Schedule = AnnealingSchedule.Uniform(100), Chains = 300, SampleSteps = 100, Seed = seed });
            bracket.Warning.Should().BeNull();
            bracket.Forward.LogPartition.Should().BeApproximately(exact, 5 * bracket.Forward.StandardError + 1e-9);
            bracket.Reverse.LogPartition.Should().BeApproximately(exact, 5 * bracket.Reverse.StandardError + 1e-9);
        }
    }

    [Fact]
    public void Rectified_hidden_units_that_outweigh_a_Gaussian_give_a_warning()
    {
        using var scope = torch.NewDisposeScope();
        // F of large v is (1 - 0.9²) v² / 2, then (1 - 1.1²) v² / 2.
        foreach (var (weight, isProper) in new[] { (0.9, true), (1.1, false) })
        {
            using var rbm = new Rbm(new GaussianUnits(1), new ReluUnits(1)).to(ScalarType.Float64);
            using (torch.no_grad())
                _ = rbm.Weight.fill_(weight);
            var estimate = AnnealedImportanceSampling.Forward(rbm, options: new() { Schedule = AnnealingSchedule.Uniform(200) });
            estimate.IsReliable.Should().Be(isProper);
        }
    }

    [Fact]
    public void A_network_without_bounds_whose_energy_falls_gives_a_warning()
    {
        using var scope = torch.NewDisposeScope();
        using var open = new NeuralEnergyModel(torch.nn.Linear(3, 1), 3);
        using var bounded = new NeuralEnergyModel(torch.nn.Linear(3, 1), 3, new Langevin { Lower = -1, Upper = 1 });
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(50), SampleSteps = 20 };
        AnnealedImportanceSampling.Bracket(open, options: options).Warning.Should().StartWith("Forward: ").And.Contain("finite Z");
        AnnealedImportanceSampling.Bracket(bounded, options: options).Warning.Should().BeNull();
    }
}
