using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class DbmTrainingTests
{
    private static readonly MeanField Long = new() { MostSweeps = 300, Tolerance = 0 };

    [Theory]
    [InlineData("4-3-2", false)]
    [InlineData("4-3-2-3", false)]
    [InlineData("4-3-2-3-2", true)]
    [InlineData("3 gaussian-3 spin-2 gaussian", false)]
    [InlineData("3 gaussian-3 spin-2 gaussian-2 spin-3 relu", true)]
    [InlineData("6 composite-2 binomial-3 softmax", false)]
    public void The_gradient_is_that_of_the_bound_less_that_of_the_sampled_states(string name, bool areWeighted)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name, weights: 0.3);
        using var halves = new DbmHalves(dbm);
        using var generator = new Generator(1);
        var data = dbm.Visible.Sample(Make.Normal(1, 1, 12, dbm.VisibleSize), generator);
        var model = halves.Rbm.Visible.Sample(Make.Normal(2, 1, 9, halves.Rbm.VisibleSize), generator);
        var weights = areWeighted ? torch.arange(12, ScalarType.Int64).remainder(3).to(ScalarType.Float64) : null;
        using var sampler = new GivenRows(model).CreateSampler(halves.Rbm, data, generator);
        // A sample of one row has no variance, so that biases of Gaussian units are not slowed.
        using var gradient = new DbmLikelihoodGradient(dbm, halves, sampler, new() { MeanField = Long, Centering = null }, halves.JoinRows(data.narrow(0, 0, 1), Long));
        using (torch.no_grad())
            _ = gradient.Begin(12).copy_(data);
        gradient.Compute(weights: weights);
        var found = Gradients(dbm);

        // Where inference has ended, the bound has no slope along what is inferred, so that autograd through it adds nothing.
        foreach (var parameter in dbm.parameters())
            parameter.grad = null;
        var bounds = MeanFieldInference.Run(dbm, data, Long).FreeEnergy(dbm, data);
        (weights is null ? bounds : bounds * weights).mean().backward();
        var (positive, factor) = (Gradients(dbm), weights is null ? 1 : weights.mean().item<double>());
        foreach (var parameter in dbm.parameters())
            parameter.grad = null;
        (FreeEnergy(dbm, model).mean() * factor).backward();
        foreach (var ((key, value), (data1, model1)) in found.Zip(positive.Zip(Gradients(dbm))))
        {
            // Log-variances of layers step in units of their own, at a rate that another test holds.
            if (!key.EndsWith("log_variance", StringComparison.Ordinal))
                value.ShouldBeNear(data1.Value - model1.Value, 1e-8);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_states_as_likely_as_in_the_machine_it_is_the_gradient_of_the_bound_and_of_the_likelihood_where_inference_is_exact(bool isExact)
    {
        const int Rows = 200_000;
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2");
        if (isExact)
        {
            // Hidden layers that do not depend on each other have a posterior that factorises.
            using var noGrad = torch.no_grad();
            _ = dbm.Weights[1].zero_();
        }

        using var halves = new DbmHalves(dbm);
        var data = Make.Bits(3, 12, 4);
        // All states of v and the second hidden layer, each as often as it is likely.
        var states = Enumeration.States(6);
        var counts = halves.Rbm.FreeEnergy(states).detach().neg().softmax(0).mul(Rows).round().to(ScalarType.Int64);
        using var sampler = new GivenRows(states.repeat_interleave(counts, 0)).CreateSampler(halves.Rbm, data, null);
        using var gradient = new DbmLikelihoodGradient(dbm, halves, sampler, new() { MeanField = Long, Centering = null }, halves.JoinRows(data, Long));
        gradient.Compute(data);
        var found = Gradients(dbm);
        foreach (var parameter in dbm.parameters())
            parameter.grad = null;
        // log Z by the sum over all rows of the exact -F(v).
        var logZ = DbmEnumeration.LogWeights(dbm, Enumeration.States(4)).logsumexp(0);
        (isExact ? DbmEnumeration.LogLikelihood(dbm, data).neg() : MeanFieldInference.Run(dbm, data, Long).FreeEnergy(dbm, data).mean() + logZ).backward();
        // Rounded counts are off by at most half a row for each of 64 states, and so is their sum.
        foreach (var ((key, value), (_, expected)) in found.Zip(Gradients(dbm)))
            (value - expected).abs().max().item<double>().Should().BeLessThan(64.0 / Rows, key);
        found.Max(one => one.Value.abs().max().item<double>()).Should().BeGreaterThan(0.1);
    }

    [Fact]
    public void With_one_hidden_layer_it_trains_bit_for_bit_as_the_RBM()
    {
        using var scope = torch.NewDisposeScope();
        using var data = CheckpointScenario.Data();
        foreach (var options in new DbmTrainingOptions[]
        {
            new() { Epochs = 4, Sparsity = new() },
            new() { Epochs = 4, Centering = null, NegativePhase = new ContrastiveDivergence(), Averaging = 0 },
            new() { Epochs = 4, NegativePhase = new ParallelTempering(3, 10), Optimizer = new AdamSettings() },
        })
        {
            using var rbm = Rbm.Bernoulli(6, 4, seed: 5);
            using var dbm = Dbm.Bernoulli([6, 4], seed: 5);
            var expected = rbm.Fit(data, options);
            var found = dbm.Fit(data, options);
            Near.SameBits(dbm.Weights[0], rbm.Weight).Should().BeTrue();
            found.Last.ReconstructionError.Should().Be(expected.Last.ReconstructionError);
            found.Last.Diagnostics.Should().BeEquivalentTo(expected.Last.Diagnostics);
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_defaults_reach_almost_the_best_likelihood_without_pre_training()
    {
        var set = SmallSets.Get("bars 3x3");
        for (var seed = 1; seed <= 3; seed++)
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var rows = set.Rows();
            using var dbm = Dbm.Bernoulli([9, 10, 6], seed: seed);
            dbm.Fit(rows, new() { Epochs = set.Epochs, Seed = seed });
            DbmEnumeration.LogLikelihood(dbm, rows).item<float>().Should().BeInRange((float)set.Best! - 0.04f, (float)set.Best + 1e-4f);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_centering_and_only_then_an_update_does_not_depend_on_what_is_called_zero(bool isCentered)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2");
        using var flipped = dbm.Clone();
        // The same density of flipped bits: energies differ by a constant.
        using (torch.no_grad())
        {
            _ = flipped.Weights[0].neg_();
            _ = flipped.get_parameter("visible.bias")!.neg_();
            _ = flipped.get_parameter("hidden.0.bias")!.add_(dbm.Weights[0].sum(1));
        }

        var (data, model) = (Make.Bits(3, 12, 4, 0.2), Make.Bits(4, 9, 6));
        Update(dbm, data, model);
        Update(flipped, 1 - data, torch.cat([1 - model.narrow(1, 0, 4), model.narrow(1, 4, 2)], 1));
        var states = Enumeration.States(4);
        var constants = Enumeration.Read(dbm.FreeEnergyBound(states, Long) - flipped.FreeEnergyBound(1 - states, Long));
        if (isCentered)
            (constants.Max() - constants.Min()).Should().BeLessThan(1e-10);
        else
            (constants.Max() - constants.Min()).Should().BeGreaterThan(0.01);

        void Update(Dbm machine, Tensor rows, Tensor negative)
        {
            using var halves = new DbmHalves(machine);
            using var sampler = new GivenRows(negative).CreateSampler(halves.Rbm, rows, null);
            var options = new DbmTrainingOptions { MeanField = Long, Centering = isCentered ? new() : null };
            using var gradient = new DbmLikelihoodGradient(machine, halves, sampler, options, halves.JoinRows(rows, Long));
            gradient.Compute(rows);
            using var noGrad = torch.no_grad();
            foreach (var parameter in machine.parameters())
                _ = parameter.sub_(parameter.grad! * 0.1);
        }
    }

    [Fact]
    public void A_sparsity_target_holds_in_every_hidden_layer()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 200, 8).to(ScalarType.Float32);
        double[] Activity(SparsityOptions? sparsity)
        {
            using var dbm = Dbm.Bernoulli([8, 6, 5, 4], seed: 2);
            dbm.Fit(rows, new() { Epochs = 40, Sparsity = sparsity });
            return [.. dbm.HiddenMeans(rows).Select(means => (double)means.mean().item<float>())];
        }

        Activity(null).Should().OnlyContain(mean => mean > 0.3);
        Activity(new() { Target = 0.1, Cost = 0.5 }).Should().OnlyContain(mean => mean > 0.07 && mean < 0.13);
    }

    [Fact]
    public void Frozen_weights_stay_as_they_are_and_the_others_learn()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3], seed: 2);
        dbm.Weights[0].requires_grad = false;
        var before = dbm.Weights.Select(weight => weight.detach().clone()).ToList();
        dbm.Fit(CheckpointScenario.Data(), new() { Epochs = 2, Centering = null });
        Near.SameBits(dbm.Weights[0], before[0]).Should().BeTrue();
        Near.SameBits(dbm.Weights[1], before[1]).Should().BeFalse();
    }

    [Fact]
    public void Centering_has_biases_absorb_steps_of_weights_that_are_trained_alone()
    {
        using var scope = torch.NewDisposeScope();
        // All that the visible units are connected with is frozen.
        Near.SameBits(Bias(null), Bias(new())).Should().BeTrue();

        static Tensor Bias(CenteringOptions? centering)
        {
            var dbm = Dbm.Bernoulli([6, 4, 3], seed: 2);
            dbm.Weights[0].requires_grad = false;
            var optimizer = new SgdSettings { WeightDecay = 0.1 };
            dbm.Fit(CheckpointScenario.Data(), new() { Epochs = 1, BatchSize = 1000, LearningRate = 0.1, Optimizer = optimizer, L1Penalty = 0.1, Centering = centering });
            return dbm.Visible.parameters().Single().detach();
        }
    }

    [Fact]
    public void Biases_make_up_for_no_weights_that_are_frozen_when_variances_change()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Gaussian([3, 4, 2], seed: 1);
        dbm.Weights[0].requires_grad = false;
        var units = (GaussianUnits)dbm.Visible;
        using var halves = new DbmHalves(dbm);
        var steps = new StandardizedSteps(halves.Rbm, torch.ones(halves.Rbm.VisibleSize), halves);
        var before = dbm.Hidden.Select(layer => layer.parameters().Single().detach().clone()).ToList();
        using (torch.no_grad())
        {
            steps.Begin();
            _ = units.LogVariance.add_(1);
            steps.End();
        }

        dbm.Hidden.Select(layer => (Tensor)layer.parameters().Single()).Zip(before, Near.SameBits).Should().OnlyContain(same => same);
    }

    [Fact]
    public void A_sparsity_target_needs_no_visible_bias_that_is_trained()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3], seed: 2);
        dbm.Visible.parameters().Single().requires_grad = false;
        var before = dbm.parameters().Select(parameter => parameter.detach().clone()).ToList();
        dbm.Fit(CheckpointScenario.Data(), new() { Epochs = 1, Sparsity = new() });
        dbm.parameters().Zip(before, Near.SameBits).Count(same => same).Should().Be(1, "all but the visible bias are trained");
    }

    [Fact]
    public void With_all_weights_frozen_the_units_of_reals_learn()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Gaussian([3, 4, 3], seed: 1);
        foreach (var weight in dbm.Weights)
            weight.requires_grad = false;
        var before = dbm.Weights.Concat(dbm.Visible.parameters()).Select(parameter => parameter.detach().clone()).ToList();
        dbm.Fit(SmallSets.Get("far from zero").Rows(), new() { Epochs = 2, Centering = null });
        dbm.Weights.Concat(dbm.Visible.parameters()).Zip(before, Near.SameBits).Should().Equal(true, true, false, false);
    }

    [Fact]
    public void Real_numbers_of_any_scale_are_learned()
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get("far from zero");
        var rows = set.Rows();
        using var dbm = Dbm.Gaussian([3, 4, 3], seed: 1);
        dbm.Fit(rows, new() { Epochs = set.Epochs });
        LogLikelihood.LowerBound(dbm, rows, ExactEnumeration.LogPartition(dbm)).Mean.Should().BeInRange(set.Best!.Value - 0.1, set.Best.Value + 0.1);
    }

    [Fact]
    public void What_a_deep_machine_cannot_do_is_refused_by_name()
    {
        using var dbm = Dbm.Bernoulli(6, 4, 3);
        using var data = CheckpointScenario.Data();
        Refused(new() { MissingValues = MissingValues.Draw }, "MissingValues*Reject*Dbm*");
        Refused(new() { Monitor = TrainingMonitor.PseudoLogLikelihood }, "Monitor*ReconstructionError*Dbm*");
        Refused(new() { NegativePhase = new ReplayBuffer() }, "NegativePhase*ParallelTempering*Dbm*");
        Refused(new() { MeanField = new() { Tolerance = -1 } }, "MeanField.Tolerance*0 or more*");
        using var spins = new Dbm(new BernoulliUnits(6), [new BernoulliUnits(4), new SpinUnits(3)]);
        var sparse = () => spins.Fit(data, new() { Sparsity = new() });
        sparse.Should().Throw<ArgumentOutOfRangeException>().WithMessage("Sparsity*not binary*");
        using var gap = data.clone();
        gap[0, 1] = float.NaN;
        dbm.Invoking(d => d.Fit(gap)).Should().Throw<ArgumentException>().WithMessage("*Dbm needs whole rows*FillMissing*");

        void Refused(DbmTrainingOptions options, string message)
            => dbm.Invoking(d => d.Fit(data, options)).Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    /// <summary>-log of the sum of exp(-E) over the odd layers, from the definition; the even layers are given.</summary>
    private static Tensor FreeEnergy(Dbm dbm, Tensor even)
    {
        UnitLayer[] layers = [dbm.Visible, .. dbm.Hidden];
        var (states, start, total) = (new Dictionary<int, Tensor>(), 0L, torch.zeros(even.shape[0], ScalarType.Float64));
        for (var layer = 0; layer < layers.Length; layer += 2)
        {
            states[layer] = even.narrow(1, start, layers[layer].Size);
            start += layers[layer].Size;
            total = total + layers[layer].Energy(states[layer]);
        }

        for (var layer = 1; layer < layers.Length; layer += 2)
        {
            var inputs = states[layer - 1].mm(dbm.Weights[layer - 1].t());
            if (layer + 1 < layers.Length)
                inputs = inputs + states[layer + 1].mm(dbm.Weights[layer]);
            total = total - layers[layer].CumulantGenerator(inputs);
        }

        return total;
    }

    private static List<(string Key, Tensor Value)> Gradients(Dbm dbm) => [.. dbm.named_parameters().Select(p => (p.name, p.parameter.grad!.clone()))];
}
