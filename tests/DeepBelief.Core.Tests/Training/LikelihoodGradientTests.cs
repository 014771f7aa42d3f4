using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class LikelihoodGradientTests
{
    public static TheoryData<string, string, NegativePhase, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, NegativePhase, ScalarType>();
            foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
            {
                foreach (var phase in new NegativePhase[] { new ContrastiveDivergence(1), new ContrastiveDivergence(3) }.Concat(NegativePhases.All(2, 7)))
                {
                    cases.Add("bernoulli", "bernoulli", phase, type);
                    cases.Add("gaussian", "bernoulli", phase, type);
                    cases.Add("bernoulli", "gaussian", phase, type);
                    cases.Add("softmax", "relu", phase, type);
                    cases.Add("composite", "spin", phase, type);
                }
            }

            return cases;
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Cases))]
    public void The_gradient_is_that_of_the_batch_and_the_sampled_rows(string visible, string hidden, NegativePhase phase, ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visible, 33, hidden, 21, weights: 0.2);
        _ = rbm.to(type);
        using var ofData = new Generator(1);
        var data = rbm.Visible.Sample(Make.Normal(1, 1, 50, 33).to(type), ofData);
        using var one = new Generator(3);
        using var twin = new Generator(3);
        using var sampler = phase.CreateSampler(rbm, data, one);
        using var replay = phase.CreateSampler(rbm, data, twin);
        using var gradient = LikelihoodGradient.Create(rbm, sampler, null, data);
        foreach (var parameter in rbm.parameters())
            parameter.grad = torch.full_like(parameter, 1e6);

        // A smaller batch in between, as at the end of an epoch, and one that is larger than the first.
        var start = 0;
        foreach (var size in new[] { 12, 5, 12, 20 })
        {
            var batch = data.narrow(0, start, size);
            start += size / 2;
            var model = replay.Sample(batch);
            gradient.Compute(batch);
            var found = Gradients();

            foreach (var parameter in rbm.parameters())
                parameter.grad = null;
            AutogradGradient.Accumulate(rbm, batch, model);
            foreach (var ((name, actual), (_, expected)) in found.Zip(Gradients()))
            {
                var tolerance = (type == ScalarType.Float64 ? 1e-13 : 2e-5) * (1 + expected.abs().max().ToDouble());
                (actual - expected).abs().max().ToDouble().Should().BeLessThan(tolerance, name);
            }
        }

        List<(string Name, Tensor Gradient)> Gradients() => [.. rbm.named_parameters().Select(p => (p.name, p.parameter.grad!.clone()))];
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Rows_are_the_same_wherever_they_are_read_to(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 50, 9).to(type);
        using var batches = new InMemoryBatches(new(data), new TrainingOptions { BatchSize = 12, Seed = 4 });
        batches.Batches.Should().Be(5);
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            batches.BeginEpoch(epoch);
            var seen = new List<Tensor>();
            for (var batch = 1; batch <= 5; batch++)
            {
                var target = torch.zeros(0, type);
                batches.Read(batch, rows => target = torch.zeros(rows, 9, type));
                Near.SameBits(target, batches.Read(batch).Rows).Should().BeTrue();
                seen.Add(target);
            }

            // Every row once, in another order.
            var all = torch.cat([.. seen]);
            Near.SameBits(all, data).Should().BeFalse();
            Sorted(all).Should().Equal(Sorted(data));
        }

        string[] Sorted(Tensor rows) => [.. Enumeration.Matrix(rows.to(ScalarType.Float64)).Select(row => string.Concat(row)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData(ScalarType.Float32, 2e-6)]
    [InlineData(ScalarType.Float64, 1e-14)]
    public void Gradients_that_go_into_the_momentum_give_the_same_steps(ScalarType type, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 50, 33).to(type);
        var settings = new SgdSettings { Momentum = Schedule.Switch(0, 2, 0.6), WeightDecay = 0.1 };
        using var expected = Train(direct: false);
        using var actual = Train(direct: true);
        foreach (var ((name, one), (_, other)) in actual.named_parameters().Zip(expected.named_parameters()))
            (one - other).abs().max().ToDouble().Should().BeLessThan(tolerance, name);

        Rbm Train(bool direct)
        {
            var rbm = Make.Rbm("bernoulli", 33, "bernoulli", 21, weights: 0.2);
            _ = rbm.to(type);
            using var generator = new Generator(3);
            using var sampler = new ContrastiveDivergence().CreateSampler(rbm, data, generator);
            using var optimizer = settings.Create([.. rbm.parameters()]);
            optimizer.LearningRate = 0.1;
            using var gradient = LikelihoodGradient.Create(rbm, sampler, null, data);
            gradient.CanKeep.Should().BeTrue();
            if (direct)
                optimizer.HoldMomentumInGradients();
            for (var epoch = 1; epoch <= 3; epoch++)
            {
                optimizer.BeginEpoch(epoch, 3);
                foreach (var start in new[] { 0, 20, 30 })
                {
                    gradient.Compute(data.narrow(0, start, start == 0 ? 20 : 10), optimizer.GradientDecay);
                    optimizer.Step();
                }
            }

            return rbm;
        }
    }

    [Fact]
    public void Options_that_have_nothing_to_change_do_not_change_a_run()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 50, 33).to(ScalarType.Float32);
        var options = new TrainingOptions { Epochs = 7, BatchSize = 12 };
        var expected = Train(options);
        foreach (var idle in new[] { options with { L1Penalty = 1e-30 }, options with { MaxGradientNorm = 1e9 }, options with { MaxWeightNorm = 1e9 } })
            (Train(idle) - expected).abs().max().ToDouble().Should().BeLessThan(2e-6);

        Tensor Train(TrainingOptions run)
        {
            var rbm = Rbm.Bernoulli(33, 21, WeightInitialization.Normal(0.2));
            _ = rbm.Fit(data, run);
            return rbm.Weight.detach();
        }
    }

    [Fact]
    public void Parameters_that_are_held_fixed_get_no_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Gaussian(5, 4);
        var free = ((GaussianUnits)rbm.Visible).Bias;
        foreach (var parameter in rbm.parameters())
            parameter.requires_grad = ReferenceEquals(parameter, free);
        using var sampler = new ContrastiveDivergence().CreateSampler(rbm, torch.ones(3, 5), null);
        using var gradient = LikelihoodGradient.Create(rbm, sampler, null, torch.ones(3, 5));
        gradient.Compute(torch.ones(3, 5));
        foreach (var parameter in rbm.parameters())
            (parameter.grad is not null).Should().Be(ReferenceEquals(parameter, free));
        free.grad!.abs().max().ToDouble().Should().BeGreaterThan(0);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Persistent_chains_are_one_tensor_of_hidden_states_that_the_state_names(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 9, "bernoulli", 4);
        _ = rbm.to(type);
        var data = Make.Bits(1, 50, 9).to(type);
        using var generator = new Generator(3);
        using var sampler = new PersistentContrastiveDivergence(2, 30).CreateSampler(rbm, data, generator);
        var chains = sampler.State["chains"];
        chains.shape.Should().Equal(30, 4);
        using var likelihood = LikelihoodGradient.Create(rbm, sampler, null, data);
        var (states, seen) = (generator.get_state(), sampler.State.Values.Select(state => state.clone()).ToArray());
        likelihood.Compute(data);
        var (after, gradient) = (chains.clone(), rbm.Weight.grad!.clone());
        sampler.State["chains"].Should().BeSameAs(chains);
        Enumeration.Read(after).Should().OnlyContain(h => h == 0 || h == 1);
        Near.SameBits(after, seen[0]).Should().BeFalse();

        // What a checkpoint does: put both back, and go on as before.
        generator.set_state(states);
        foreach (var (state, old) in sampler.State.Values.Zip(seen))
            _ = state.copy_(old);
        likelihood.Compute(data);
        Near.SameBits(chains, after).Should().BeTrue();
        Near.SameBits(rbm.Weight.grad!, gradient).Should().BeTrue();
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    public void Chains_that_start_at_the_model_distribution_stay_there(string hidden)
    {
        const int Chains = 200_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, hidden, 3, weights: 0.8);
        var exact = Enumeration.VisibleProbabilities(rbm);
        using var copy = new Rbm(Make.Units("bernoulli", 3), Make.Units(hidden, 3, 101), WeightInitialization.Normal(0.8), 1);
        _ = copy.to(ScalarType.Float32);
        // Rows in proportion to p(v); the chains start at the hidden states of rows drawn from these.
        var rows = torch.cat([.. exact.Select((p, s) => Enumeration.States(3).narrow(0, s, 1).repeat((long)Math.Round(p * 100_000), 1))]).to(ScalarType.Float32);
        using var generator = new Generator(8);
        using var sampler = new PersistentContrastiveDivergence(3, Chains) { Jumps = false }.CreateSampler(copy, rows, generator);
        var states = sampler.Sample(rows).to(ScalarType.Float64).mv(torch.tensor(new[] { 1.0, 2, 4 }));
        var counts = Enumeration.Read(torch.bincount(states.to(ScalarType.Int64), minlength: 8));
        for (var s = 0; s < 8; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains) + 1e-5);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_of_training_leaves_no_tensor_and_hardly_any_managed_memory_behind(bool adam)
    {
        const int Steps = 200;
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(60, 40);
        var data = Make.Bits(1, 1000, 60).to(ScalarType.Float32);
        OptimizerSettings settings = adam ? new AdamSettings() : new SgdSettings();
        foreach (var phase in NegativePhases.All(1, 30).Prepend(new ContrastiveDivergence(2)))
        {
            using var generator = new Generator(1);
            using var sampler = phase.CreateSampler(rbm, data, generator);
            using var optimizer = settings.Create([.. rbm.parameters()]);
            optimizer.LearningRate = 0.01;
            using var rows = new InMemoryBatches(new(data), new TrainingOptions { BatchSize = 50 });
            using var gradient = LikelihoodGradient.Create(rbm, sampler, null, data);
            rows.BeginEpoch(1);
            Run(20);
            var (tensors, bytes) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, GC.GetAllocatedBytesForCurrentThread());
            Run(Steps);
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(tensors);
            ((GC.GetAllocatedBytesForCurrentThread() - bytes) / Steps).Should().BeLessThan(MostBytes, $"{phase}");

            void Run(int steps)
            {
                for (var step = 0; step < steps; step++)
                {
                    using var batch = torch.NewDisposeScope();
                    rows.Read(1, gradient.Begin);
                    gradient.Compute();
                    optimizer.Step();
                }
            }
        }
    }

    // Handles of gradients and transposed weights and the scopes that hold them.
    private const long MostBytes = 16_384;
}
