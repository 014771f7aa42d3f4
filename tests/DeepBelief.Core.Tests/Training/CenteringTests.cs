using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class CenteringTests
{
    private const int Visible = 5;
    private const int Hidden = 3;

    [Fact]
    public void An_update_is_that_of_the_centered_machine_mapped_back()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(4, 30, Visible, 0.8);
        using var rbm = Make.Rbm("bernoulli", Visible, "bernoulli", Hidden);
        var (weight, bias, hiddenBias) = (rbm.Weight.detach().clone(), Bias(rbm.Visible).detach().clone(), Bias(rbm.Hidden).detach().clone());
        var (mu, lambda) = (data.mean(new long[] { 0 }), rbm.HiddenMean(data).mean(new long[] { 0 }).detach());

        // E(v, h) = -b v - c h - (h - λ) W (v - μ), with log Z over all states of v.
        var w = weight.clone().requires_grad_();
        var b = (bias + weight.t().mv(lambda)).requires_grad_();
        var c = (hiddenBias + weight.mv(mu)).requires_grad_();
        (Energies(data).mean() + Energies(Enumeration.States(Visible)).neg().logsumexp(0)).backward();
        var newWeight = weight - (0.5 * w.grad!);
        var newBias = b.detach() - (0.5 * b.grad!) - newWeight.t().mv(lambda);
        var newHiddenBias = c.detach() - (0.5 * c.grad!) - newWeight.mv(mu);

        ExactLikelihood.Fit(rbm, data, new()
        {
            Epochs = 1,
            BatchSize = 30,
            LearningRate = 0.5,
            Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 },
            Centering = new(),
        });

        rbm.Weight.detach().ShouldBeNear(newWeight, 1e-13);
        Bias(rbm.Visible).detach().ShouldBeNear(newBias, 1e-13);
        Bias(rbm.Hidden).detach().ShouldBeNear(newHiddenBias, 1e-13);
        (newWeight - weight).abs().max().ToDouble().Should().BeGreaterThan(0.01);

        Tensor Energies(Tensor v)
        {
            var coupling = (v - mu).mm(w.t());
            return coupling.mv(lambda) - v.mv(b) - torch.nn.functional.softplus(coupling + c).sum(1);
        }
    }

    /// <summary>What the rows, or the hidden units, are called makes no difference to what is learned, if the model can say it either way.</summary>
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("flipped bits")]
    [InlineData("flipped hidden units")]
    [InlineData("flipped hidden units of a Gaussian machine")]
    [InlineData("shifted numbers")]
    public void Learning_does_not_depend_on_what_is_called_zero(string change)
    {
        using var scope = torch.NewDisposeScope();
        var gaussian = change is "flipped hidden units of a Gaussian machine" or "shifted numbers";
        var data = gaussian ? Make.Normal(4, 1, 40, Visible) + Make.Bits(4, 40, 1) : Make.Bits(4, 40, Visible, 0.85);
        Distance(new() { SlidingFactor = 0.05 }).Should().BeLessThan(1e-11);
        Distance(null).Should().BeGreaterThan(1e-3);

        double Distance(CenteringOptions? centering)
        {
            using var one = Machine();
            using var other = Machine();
            using (torch.no_grad())
                Change(other);
            Train(one, data, centering);
            Train(other, change switch { "flipped bits" => 1 - data, "shifted numbers" => data + 2, _ => data }, centering);
            using (torch.no_grad())
                Change(one);
            return one.parameters().Zip(other.parameters(), (a, b) => (a - b).detach().abs().max().ToDouble()).Max();
        }

        Rbm Machine()
        {
            var rbm = Make.Rbm(gaussian ? "gaussian" : "bernoulli", Visible, "bernoulli", Hidden, weights: 0.3);
            // A variance that is trained takes part in what a hidden bit means for a real number.
            if (gaussian && change != "shifted numbers")
                ((GaussianUnits)rbm.Visible).LogVariance.requires_grad = false;
            return rbm;
        }

        // The same distribution in the other terms.
        void Change(Rbm rbm)
        {
            var (bias, hiddenBias) = (Bias(rbm.Visible), Bias(rbm.Hidden));
            switch (change)
            {
                case "flipped bits":
                    _ = hiddenBias.add_(rbm.Weight.sum(1));
                    _ = bias.neg_();
                    _ = rbm.Weight.neg_();
                    break;
                case "shifted numbers":
                    _ = hiddenBias.sub_(2 * rbm.Weight.sum(1));
                    _ = bias.add_(2);
                    break;
                default:
                    var variance = rbm.Visible is GaussianUnits units ? units.LogVariance.exp() : torch.ones_like(bias);
                    _ = bias.add_(rbm.Weight.sum(dim: 0) * variance);
                    _ = hiddenBias.neg_();
                    _ = rbm.Weight.neg_();
                    break;
            }
        }

        // Old gradients of a bias are not taken along when a variance changes, so momentum would tell shifted numbers apart.
        void Train(Rbm rbm, Tensor rows, CenteringOptions? centering) => ExactLikelihood.Fit(rbm, rows, new()
        {
            Epochs = 8,
            BatchSize = 8,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = new SgdSettings { Momentum = change == "shifted numbers" ? 0 : 0.5, WeightDecay = change == "shifted numbers" ? 0 : 0.01 },
            Centering = centering,
        });
    }

    [Theory]
    [InlineData("bernoulli", ScalarType.Float64, 1e-13)]
    [InlineData("gaussian", ScalarType.Float64, 1e-13)]
    [InlineData("bernoulli", ScalarType.Float32, 1e-5)]
    [InlineData("gaussian", ScalarType.Float32, 1e-5)]
    public void The_gradient_of_the_weights_is_the_covariance_about_the_moving_offsets(string kind, ScalarType type, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 33, "bernoulli", 21, weights: 0.2);
        _ = rbm.to(type);
        var data = Make.Bits(1, 60, 33, 0.7).to(type);
        using var generator = new Generator(3);
        using var twin = new Generator(3);
        using var third = new Generator(3);
        using var sampler = new ContrastiveDivergence(2).CreateSampler(rbm, data, generator);
        using var replay = new ContrastiveDivergence(2).CreateSampler(rbm, data, twin);
        using var plainSampler = new ContrastiveDivergence(2).CreateSampler(rbm, data, third);
        using var centered = LikelihoodGradient.Create(rbm, sampler, new() { Centering = new() { SlidingFactor = 0.25 } }, data);
        using var plain = LikelihoodGradient.Create(rbm, plainSampler, null, data);
        var (mu, lambda) = (data.mean(new long[] { 0 }), Means(data).mean(new long[] { 0 }));
        foreach (var start in new[] { 0, 20, 40 })
        {
            var batch = data.narrow(0, start, 20);
            plain.Compute(batch);
            var before = rbm.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            centered.Compute(batch);

            var oldMu = mu;
            mu = (0.75 * mu) + (0.25 * batch.mean(new long[] { 0 }));
            lambda = (0.75 * lambda) + (0.25 * Means(batch).mean(new long[] { 0 }));
            var weight = (Covariance(replay.Sample(batch)) - Covariance(batch)) / 20;
            rbm.Weight.grad!.ShouldBeNear(weight, tolerance);
            var scale = rbm.Visible is GaussianUnits units ? units.LogVariance.detach().exp() : torch.ones(33, type);
            Bias(rbm.Visible).grad!.ShouldBeNear(before["visible.bias"] - (weight.t().mv(lambda) / scale), tolerance);
            Bias(rbm.Hidden).grad!.ShouldBeNear(before["hidden.bias"] - weight.mv(mu / scale), tolerance);
            if (rbm.Visible is GaussianUnits same)
            {
                // At constant means σ²W and hidden inputs c + Wμ.
                var along = (rbm.Weight.detach() * (before["weight"] - before["hidden.bias"].unsqueeze(1).mm(oldMu.unsqueeze(0)))).sum(dim: 0);
                same.LogVariance.grad!.ShouldBeNear(0.1 * (before["visible.log_variance"] - along), 10 * tolerance);
            }
        }

        Tensor Means(Tensor v) => rbm.HiddenMean(v).detach();

        Tensor Covariance(Tensor v) => (Means(v) - lambda).t().mm(v - mu);
    }

    [Fact]
    public void Without_moving_the_offsets_stay_at_the_means_of_the_data()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 6, "bernoulli", 4);
        var data = Make.Bits(1, 50, 6, 0.3);
        using var sampler = new ContrastiveDivergence().CreateSampler(rbm, data, null);
        using var centered = LikelihoodGradient.Create(rbm, sampler, new() { Centering = new() { SlidingFactor = 0 } }, data);
        centered.Compute(data.narrow(0, 0, 5));
        centered.State["visible_offset"].ShouldBeNear(data.mean(new long[] { 0 }), 1e-15);
        centered.State["hidden_offset"].ShouldBeNear(rbm.HiddenMean(data).detach().mean(new long[] { 0 }), 1e-15);
    }

    private static Parameter Bias(UnitLayer units) => units is BernoulliUnits bernoulli ? bernoulli.Bias : ((GaussianUnits)units).Bias;
}
