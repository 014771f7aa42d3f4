using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class LayeredSamplerTests
{
    public static TheoryData<string, string, NegativePhase, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, NegativePhase, ScalarType>();
            foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
            {
                foreach (var phase in new NegativePhase[] { new ContrastiveDivergence(1), new ContrastiveDivergence(3), new PersistentContrastiveDivergence(2, 7), new ParallelTempering(3, 6, 2) })
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
        var data = Make.Bits(1, 50, 33).to(type);
        using var one = new Generator(3);
        using var twin = new Generator(3);
        using var sampler = phase.Start(rbm, data, one);
        using var replay = phase.Start(rbm, data, twin);
        foreach (var parameter in rbm.parameters())
            parameter.grad = torch.full_like(parameter, 1e6);

        // A smaller batch in between, as at the end of an epoch, and one that is larger than the first.
        var start = 0;
        foreach (var size in new[] { 12, 5, 12, 20 })
        {
            var batch = data.narrow(0, start, size);
            start += size / 2;
            var model = replay.Sample(batch);
            sampler.ComputeGradient(batch);
            var found = Gradients();

            foreach (var parameter in rbm.parameters())
                parameter.grad = null;
            rbm.AccumulateGradient(batch, model);
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
    public void Gathered_rows_are_those_asked_for_and_give_the_same_gradient(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 9, "bernoulli", 4);
        _ = rbm.to(type);
        var data = Make.Bits(1, 50, 9).to(type);
        using var one = new Generator(3);
        using var twin = new Generator(3);
        using var sampler = new ContrastiveDivergence().Start(rbm, data, one);
        using var replay = new ContrastiveDivergence().Start(rbm, data, twin);
        var order = torch.tensor(new long[] { 3, 49, 0, 3, 7, 8, 1, 2, 3, 4 });
        foreach (var (start, count) in new[] { (0, 4), (4, 2), (6, 4) })
        {
            var indices = order.narrow(0, start, count);
            var batch = sampler.Gather(data, order, start, count);
            Near.SameBits(batch, data.index_select(0, indices)).Should().BeTrue();
            sampler.ComputeGradient(batch);
            var gathered = rbm.Weight.grad!.clone();
            replay.ComputeGradient(data.index_select(0, indices));
            Near.SameBits(gathered, rbm.Weight.grad!).Should().BeTrue();
        }
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
        actual.Weight.grad.Should().BeNull();
        expected.Weight.grad.Should().NotBeNull();
        foreach (var ((name, one), (_, other)) in actual.named_parameters().Zip(expected.named_parameters()))
            (one - other).abs().max().ToDouble().Should().BeLessThan(tolerance, name);

        Rbm Train(bool direct)
        {
            var rbm = Make.Rbm("bernoulli", 33, "bernoulli", 21, weights: 0.2);
            _ = rbm.to(type);
            using var generator = new Generator(3);
            using var sampler = new ContrastiveDivergence().Start(rbm, data, generator);
            using var optimizer = settings.Create([.. rbm.parameters()]);
            optimizer.LearningRate = 0.1;
            if (direct)
                sampler.Use(optimizer);
            for (var epoch = 1; epoch <= 3; epoch++)
            {
                optimizer.BeginEpoch(epoch, 3);
                foreach (var start in new[] { 0, 20, 30 })
                {
                    sampler.ComputeGradient(data.narrow(0, start, start == 0 ? 20 : 10));
                    optimizer.Update();
                }
            }

            return rbm;
        }
    }

    [Fact]
    public void Gradients_that_options_change_do_not_go_into_the_momentum()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(5, 4);
        Parameter[] parameters = [.. rbm.parameters()];
        using (var sgd = new TrainingOptions().CreateOptimizer(parameters))
            sgd.Accumulate(rbm.Weight).Should().NotBeNull();
        foreach (var options in new TrainingOptions[] { new() { L1Penalty = 0.1 }, new() { MaxGradientNorm = 1 }, new() { Optimizer = new AdamSettings() } })
        {
            using var optimizer = options.CreateOptimizer(parameters);
            optimizer.Accumulate(rbm.Weight).Should().BeNull();
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
        using var sampler = new ContrastiveDivergence().Start(rbm, torch.ones(3, 5), null);
        sampler.ComputeGradient(torch.ones(3, 5));
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
        using var sampler = new PersistentContrastiveDivergence(2, 30).Start(rbm, data, generator);
        var chains = sampler.State["chains"];
        chains.shape.Should().Equal(30, 4);
        var (states, seen) = (generator.get_state(), chains.clone());
        sampler.ComputeGradient(data);
        var (after, gradient) = (chains.clone(), rbm.Weight.grad!.clone());
        sampler.State["chains"].Should().BeSameAs(chains);
        Enumeration.Read(after).Should().OnlyContain(h => h == 0 || h == 1);
        Near.SameBits(after, seen).Should().BeFalse();

        // What a checkpoint does: put both back, and go on as before.
        generator.set_state(states);
        _ = chains.copy_(seen);
        sampler.ComputeGradient(data);
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
        using var sampler = new PersistentContrastiveDivergence(3, Chains).Start(copy, rows, generator);
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
        foreach (var phase in new NegativePhase[] { new ContrastiveDivergence(2), new PersistentContrastiveDivergence(1, 30), new ParallelTempering(4, 20) })
        {
            using var generator = new Generator(1);
            using var sampler = phase.Start(rbm, data, generator);
            using var optimizer = settings.Create([.. rbm.parameters()]);
            optimizer.LearningRate = 0.01;
            var rows = torch.arange(50, ScalarType.Int64);
            Run(20);
            var (tensors, bytes) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, GC.GetAllocatedBytesForCurrentThread());
            Run(Steps);
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(tensors);
            ((GC.GetAllocatedBytesForCurrentThread() - bytes) / Steps).Should().BeLessThan(MostBytes);

            void Run(int steps)
            {
                for (var step = 0; step < steps; step++)
                {
                    using var batch = torch.NewDisposeScope();
                    sampler.ComputeGradient(sampler.Gather(data, rows, 0, 50));
                    optimizer.Update();
                }
            }
        }
    }

    // Handles of gradients and transposed weights and the scopes that hold them.
    private const long MostBytes = 16_384;
}
