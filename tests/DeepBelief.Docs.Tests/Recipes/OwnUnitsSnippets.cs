#region usings
using DeepBelief;
using DeepBelief.Persistence;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/own-units.md, with PoissonUnits.cs.</summary>
public sealed class OwnUnitsSnippets : Support.SnippetTests
{
    [Fact]
    public void Derivatives_of_the_cumulant_generator_are_mean_and_variance()
    {
        using var units = new PoissonUnits(3);
        using (no_grad())
            units.Bias.copy_(tensor(new[] { 0.5f, -1, 0.2f }));
        var inputs = randn(4, 3).requires_grad_(true);

        var first = autograd.grad([units.CumulantGenerator(inputs).sum()], [inputs], retain_graph: true, create_graph: true)[0];
        var second = autograd.grad([first.sum()], [inputs])[0];

        first.allclose(units.Mean(inputs)).Should().BeTrue();
        second.allclose(units.Variance(inputs)).Should().BeTrue();
        // Samples, within five standard errors of 20,000 draws.
        var means = units.Mean(inputs.detach());
        var drawn = units.Sample(inputs.detach().repeat(20_000, 1, 1).reshape(-1, 3)).reshape(20_000, 4, 3);
        ((drawn.mean([0L]) - means).abs() / (means / 20_000).sqrt()).max().ToDouble().Should().BeLessThan(5);
    }

    [Fact]
    public void The_gradients_are_those_of_autograd()
    {
        using var units = new PoissonUnits(3);
        var (states, inputs) = (randn(5, 3).exp().round(), randn(5, 3));
        (2 * units.Energy(states).sum() + (3 * units.CumulantGenerator(inputs).sum())).backward();
        var expected = units.Bias.grad!.clone();
        units.Bias.grad = null;

        units.AccumulateEnergyGradient(states, 2);
        units.AccumulateCumulantGradient(inputs, units.Mean(inputs), 3);

        units.Bias.grad!.allclose(expected, rtol: 1e-4).Should().BeTrue();
    }

    [Fact]
    public void Counts_are_learned_and_the_machine_is_saved()
    {
        using var generator = new Generator(1);
        // Two kinds of rows, of which each has its own rates.
        var kinds = rand(new long[] { 1000, 1 }, generator: generator).lt(0.5).to(ScalarType.Float32);
        var rates = where(arange(6).lt(3), 2 + (6 * kinds), 8 - (6 * kinds));
        var counts = rates.poisson(generator);

        #region use
        UnitKinds.Register("example.poisson", (size, settings) => new PoissonUnits(size));  // once
        using var rbm = new Rbm(new PoissonUnits(6), new BernoulliUnits(8));
        rbm.Fit(counts, new() { Epochs = 60, LearningRate = 0.002, Optimizer = new AdamSettings() });
        rbm.Save("counts.pt");
        using var again = Rbm.Load("counts.pt");
        #endregion

        again.Visible.Should().BeOfType<PoissonUnits>();
        again.FreeEnergy(counts).Equals(rbm.FreeEnergy(counts)).Should().BeTrue();
        // Its reconstructions know the kind: the expected count of a unit without that is 5, 3 away from both rates.
        (rbm.Reconstruct(counts) - rates).abs().mean().ToDouble().Should().BeLessThan(1.2);
    }
}
