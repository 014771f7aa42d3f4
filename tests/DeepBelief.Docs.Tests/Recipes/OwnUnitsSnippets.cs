#region usings
using DeepBelief;
using DeepBelief.Persistence;
using DeepBelief.Units;
#endregion
using DeepBelief.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Snippets.Recipes;

/// <summary>docs/recipes/own-units.md, with RatingUnits.cs.</summary>
public sealed class OwnUnitsSnippets : Support.SnippetTests
{
    [Fact]
    public void Derivatives_of_the_cumulant_generator_are_mean_and_variance()
    {
        using var units = new RatingUnits(3).to(ScalarType.Float64);
        using (no_grad())
            units.Bias.normal_();
        var inputs = randn(4, 3, ScalarType.Float64).requires_grad_(true);

        var first = autograd.grad([units.CumulantGenerator(inputs).sum()], [inputs], retain_graph: true, create_graph: true)[0];
        var second = autograd.grad([first.sum()], [inputs])[0];

        first.allclose(units.Mean(inputs)).Should().BeTrue();
        second.allclose(units.Variance(inputs)).Should().BeTrue();
        // Samples, within five standard errors of 20,000 draws.
        var means = units.Mean(inputs.detach());
        var drawn = units.Sample(inputs.detach().repeat(20_000, 1, 1).reshape(-1, 3)).reshape(20_000, 4, 3);
        ((drawn.mean([0L]) - means).abs() / (units.Variance(inputs.detach()) / 20_000).sqrt()).max().ToDouble().Should().BeLessThan(5);
    }

    [Fact]
    public void The_gradients_are_those_of_autograd()
    {
        using var units = new RatingUnits(3);
        var (states, inputs) = (randint(1, 6, new long[] { 5, 3 }).to(ScalarType.Float32), randn(5, 3));
        (2 * units.Energy(states).sum() + (3 * units.CumulantGenerator(inputs).sum())).backward();
        var expected = units.Bias.grad!.clone();
        units.Bias.grad = null;

        units.AccumulateEnergyGradient(states, 2);
        units.AccumulateCumulantGradient(inputs, units.Mean(inputs), 3);

        units.Bias.grad!.allclose(expected, rtol: 1e-4, atol: 1e-6).Should().BeTrue();
    }

    [Fact]
    public void Ratings_are_learned_and_the_machine_is_saved()
    {
        using var generator = new Generator(1);
        // Two kinds of users: what the one loves, the other hates, and what they don't mind is in the middle.
        var kinds = rand(new long[] { 1000, 1 }, generator: generator).lt(0.5).to(ScalarType.Float32);
        var tastes = where(arange(6).lt(3), 1.5 + (3 * kinds), 4.5 - (3 * kinds));
        var ratings = (tastes + (0.7 * randn(new long[] { 1000, 6 }, generator: generator))).round().clamp(1, 5);

        #region use
        UnitKinds.Register(                                     // once
            RatingUnits.KindName,
            (size, settings) => new RatingUnits(size, settings.GetInt64("most")));
        using var rbm = new Rbm(new RatingUnits(6), new BernoulliUnits(8));
        rbm.Fit(ratings, new() { Epochs = 20 });                // ratings: [rows, 6], 1 to 5
        rbm.Save("ratings.pt");
        using var again = Rbm.Load("ratings.pt");
        #endregion

        again.Visible.Should().BeOfType<RatingUnits>();
        again.FreeEnergy(ratings).Equals(rbm.FreeEnergy(ratings)).Should().BeTrue();
        // Its reconstructions know the kind: the expected rating of a unit without that is 3, 1.5 away from both.
        (rbm.Reconstruct(ratings) - tastes).abs().mean().ToDouble().Should().BeLessThan(0.4);

        var wrong = () => rbm.Fit(ratings + 1);
        wrong.Should().Throw<ArgumentException>().WithMessage("*in [1, 5] for rating units*");
        // 5^6 states, listed by what the support says.
        ExactEnumeration.Sample(rbm, 10).Should().Match<Tensor>(rows => UnitSupport.Interval("rating", 1, 5, 1).StateFault(rows) == null);
        rbm.Visible.StateCount.Should().Be(15_625);
    }
}
