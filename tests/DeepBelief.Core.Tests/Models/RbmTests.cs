using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class RbmTests
{
    /// <summary>Every kind beside Bernoulli units, on both sides, and one pair of others.</summary>
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string> { { "bernoulli", "bernoulli" }, { "gaussian", "gaussian" }, { "relu", "softmax" } };
            foreach (var kind in UnitCases.Names.Skip(1))
            {
                pairs.Add(kind, "bernoulli");
                pairs.Add("bernoulli", kind);
            }

            return pairs;
        }
    }

    /// <summary>Those of which both layers have states that can be listed.</summary>
    public static TheoryData<string, string> DiscretePairs
    {
        get
        {
            var pairs = new TheoryData<string, string> { { "bernoulli", "bernoulli" }, { "softmax", "binomial" } };
            foreach (var kind in UnitCases.DiscreteNames.Skip(1))
            {
                pairs.Add(kind, "bernoulli");
                pairs.Add("bernoulli", kind);
            }

            return pairs;
        }
    }

    public static TheoryData<string> Kinds => new([.. UnitCases.Names]);

    public static TheoryData<string> HiddenKinds => new([.. UnitCases.DiscreteNames]);

    public static TheoryData<string> KindsThatCannotBeListed => new([.. UnitCases.Names.Except(UnitCases.DiscreteNames)]);

    [Theory]
    [MemberData(nameof(HiddenKinds))]
    public void Free_energy_is_the_sum_over_hidden_states(string hiddenKind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 4, hiddenKind, 4);
        var visible = Make.Normal(2, 1.5, 6, 4);
        var hidden = Enumeration.Matrix(Enumeration.States(rbm.Hidden));

        var expected = Enumeration.Matrix(visible)
            .Select(v => -Enumeration.LogSumExp(hidden.Select(h => Enumeration.MinusEnergy(rbm, v, h)))).ToArray();
        rbm.FreeEnergy(visible).ShouldBeNear(expected, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Joint_energy_is_the_definition(string visibleKind, string hiddenKind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 3, hiddenKind, 2);
        using var generator = new Generator(3);
        var v = rbm.Visible.Sample(Make.Normal(3, 1, 4, 3), generator);
        var h = rbm.Hidden.Sample(Make.Normal(4, 1, 4, 2), generator);
        var expected = Enumeration.Matrix(v).Zip(Enumeration.Matrix(h), (a, b) => -Enumeration.MinusEnergy(rbm, a, b)).ToArray();
        rbm.Energy(v, h).ShouldBeNear(expected, 1e-12);
    }

    [Theory]
    [MemberData(nameof(DiscretePairs))]
    public void Both_free_energies_have_the_same_partition_function(string visibleKind, string hiddenKind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 5, hiddenKind, 4);
        var overVisible = Enumeration.LogSumExp(Enumeration.Read(rbm.FreeEnergy(Enumeration.States(rbm.Visible)).neg()));
        var overHidden = Enumeration.LogSumExp(Enumeration.Read(rbm.HiddenFreeEnergy(Enumeration.States(rbm.Hidden)).neg()));
        overHidden.Should().BeApproximately(overVisible, 1e-10);
    }

    [Fact]
    public void Conditional_means_are_expectations_over_the_joint_distribution()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 2, "bernoulli", 3);
        var visible = Make.Normal(5, 1, 1, 2);
        var v = Enumeration.Matrix(visible)[0];
        var hidden = Enumeration.Matrix(Enumeration.States(3));
        var log = hidden.Select(h => Enumeration.MinusEnergy(rbm, v, h)).ToArray();
        var logSum = Enumeration.LogSumExp(log);
        var expected = Enumerable.Range(0, 3).Select(j => hidden.Select((h, s) => h[j] * Math.Exp(log[s] - logSum)).Sum()).ToArray();
        rbm.HiddenMean(visible).ShouldBeNear(expected, 1e-12);
        rbm.forward(visible).ShouldBeNear(expected, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_closed_form_gradient_is_that_of_autograd(string visibleKind, string hiddenKind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 5, hiddenKind, 4, weights: 0.3);
        using var generator = new Generator(6);
        var data = rbm.Visible.Sample(Make.Normal(6, 1, 7, 5), generator);
        // Means are as good as states.
        var model = rbm.Visible.Mean(Make.Normal(7, 1, 3, 5)).detach();

        AutogradGradient.Accumulate(rbm, data, model);
        var expected = rbm.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        foreach (var parameter in rbm.parameters())
            parameter.grad = null;
        rbm.AccumulateGradient(data, model);

        expected.Keys.Should().HaveCountGreaterThanOrEqualTo(3);
        foreach (var (name, parameter) in rbm.named_parameters())
            parameter.grad!.ShouldBeNear(expected[name], 1e-12);
    }

    [Fact]
    public void The_gradient_is_that_of_the_exact_likelihood_when_the_negative_phase_is_exact()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3, weights: 1);
        var data = Make.Bits(8, 20, 4, 0.3);
        var states = Enumeration.States(4);
        // Each state as often as its probability says, to the nearest of a million rows.
        const int Rows = 1_000_000;
        var counts = Enumeration.VisibleProbabilities(rbm).Select(p => (long)Math.Round(p * Rows)).ToArray();
        var model = states.repeat_interleave(torch.tensor(counts), 0);

        var logZ = rbm.FreeEnergy(states).neg().logsumexp(0);
        (rbm.FreeEnergy(data).mean() + logZ).backward();
        var expected = rbm.parameters().Select(p => p.grad!.clone()).ToArray();
        foreach (var parameter in rbm.parameters())
            parameter.grad = null;
        rbm.AccumulateGradient(data, model);

        // Sixteen roundings of half a row each.
        foreach (var (parameter, gradient) in rbm.parameters().Zip(expected))
            parameter.grad!.ShouldBeNear(gradient, 2e-5);
        expected.Should().OnlyContain(gradient => Enumeration.Read(gradient).Max(Math.Abs) > 0.05);
    }

    [Theory]
    [MemberData(nameof(DiscretePairs))]
    public void Chains_that_start_in_the_model_distribution_stay_there(string visibleKind, string hiddenKind)
    {
        const int Rows = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 4, hiddenKind, 3, weights: 1.2);
        var states = Enumeration.States(rbm.Visible);
        var probabilities = rbm.FreeEnergy(states).detach().neg().softmax(0);
        using var generator = new Generator(9);
        var first = torch.multinomial(probabilities, Rows, true, generator);
        var after = rbm.Transition(states.index_select(0, first), generator);

        // Every state has a number of its own in base 4, the largest value being 3; spins are lifted to 0 and 2.
        var lift = visibleKind == "spin" ? 1 : 0;
        var powers = torch.tensor(new[] { 1.0, 4, 16, 64 });
        var counts = torch.bincount((after + lift).mv(powers).to(ScalarType.Int64), minlength: 256);
        var found = Enumeration.Read(counts.index_select(0, (states + lift).mv(powers).to(ScalarType.Int64)));
        found.Sum().Should().Be(Rows);
        var exact = Enumeration.Read(probabilities);
        foreach (var (count, p) in found.Zip(exact))
            (count / Rows).Should().BeApproximately(p, 5 * Math.Sqrt(p * (1 - p) / Rows) + 2e-5);
        exact.Max().Should().BeGreaterThan(2 * exact.Min(), "a uniform distribution would prove little");
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(KindsThatCannotBeListed))]
    public void Chains_of_kinds_that_cannot_be_listed_stay_in_the_model_distribution(string visibleKind)
    {
        const int Rows = 200_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(visibleKind, 4, "bernoulli", 3, weights: 1);
        // Exactly from p(v): h from its marginal, which is a finite sum, then v given h.
        using var generator = new Generator(10);
        var hidden = Enumeration.States(3);
        var marginal = rbm.HiddenFreeEnergy(hidden).detach().neg().softmax(0);
        var start = rbm.SampleVisible(hidden.index_select(0, torch.multinomial(marginal, Rows, true, generator)), generator);
        var after = rbm.Transition(start, generator);

        var mean = rbm.VisibleMean(hidden).detach();
        var exact = marginal.unsqueeze(0).mm(mean);
        var second = marginal.unsqueeze(0).mm(mean.square() + rbm.Visible.Variance(hidden.mm(rbm.Weight)).detach());
        var spread = Enumeration.Read(second - exact.square()).Max();
        after.mean(new long[] { 0 }, true).ShouldBeNear(exact, 5 * Math.Sqrt(spread / Rows));
        after.square().mean(new long[] { 0 }, true).ShouldBeNear(second, 5 * Math.Sqrt(8 * spread * Enumeration.Read(second).Max() / Rows));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Kinds))]
    public void Training_raises_the_exact_likelihood_of_every_kind_of_data(string visibleKind)
    {
        const int Size = 6;
        using var scope = torch.NewDisposeScope();
        // Rows of two kinds, which a machine with one hidden unit can tell apart: half under one field, half under its opposite.
        var field = UnitCases.Get(visibleKind).Field;
        using var source = Make.Units(visibleKind, Size, 3);
        using var generator = new Generator(11);
        var fields = new[] { Make.Normal(4, field, 1, Size), Make.Normal(4, -field, 1, Size) };
        var data = torch.cat([.. fields.Select(inputs => source.Sample(inputs.expand(500, Size).contiguous(), generator))]);
        var most = torch.stack([.. fields.Select(inputs => (data * inputs).sum(1) - source.Energy(data) - source.CumulantGenerator(inputs))]).logsumexp(0).mean().ToDouble() - Math.Log(2);
        using var rbm = new Rbm(Make.NewUnits(visibleKind, Size), new BernoulliUnits(2)).to(ScalarType.Float64);

        rbm.InitializeFromData(data);
        var before = LogLikelihood();
        _ = rbm.Fit(data, new()
        {
            Epochs = 20,
            BatchSize = 20,
            LearningRate = UnitCases.Get(visibleKind).LearningRate,
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9) },
            NegativePhase = new ContrastiveDivergence(10),
            Centering = null,
            Averaging = 0,
        });
        (most - before).Should().BeGreaterThan(0.2, "there is something to learn");
        ((LogLikelihood() - before) / (most - before)).Should().BeGreaterThan(0.6);

        double LogLikelihood()
            => -rbm.FreeEnergy(data).mean().ToDouble() - Enumeration.LogSumExp(Enumeration.Read(rbm.HiddenFreeEnergy(Enumeration.States(2)).neg()));
    }

    [Fact]
    public void Reconstruction_is_the_mean_given_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 3, "bernoulli", 2);
        var v = Make.Normal(11, 1, 4, 3);
        rbm.Reconstruct(v).ShouldBeNear(rbm.Visible.Mean(rbm.Hidden.Mean(v.mm(rbm.Weight.t())).mm(rbm.Weight)), 1e-12);
    }

    [Fact]
    public void Weights_follow_the_seed_and_the_initialization()
    {
        using var one = Rbm.Bernoulli(300, 200, seed: 4);
        using var same = Rbm.Bernoulli(300, 200, seed: 4);
        using var other = Rbm.Bernoulli(300, 200, seed: 5);
        using var original = Rbm.Bernoulli(300, 200, WeightInitialization.Original, seed: 4);
        Near.SameBits(one.Weight, same.Weight).Should().BeTrue();
        Near.SameBits(one.Weight, other.Weight).Should().BeFalse();

        // The standard error of a standard deviation s of n values is s / sqrt(2n).
        var small = 0.3 / Math.Sqrt(300);
        Deviation(one.Weight).Should().BeApproximately(small, 5 * small / Math.Sqrt(120_000));
        var scale = 4 * Math.Sqrt(6.0 / 500);
        Deviation(original.Weight).Should().BeApproximately(scale, 5 * scale / Math.Sqrt(120_000));
        Enumeration.Read(((BernoulliUnits)original.Visible).Bias).Should().OnlyContain(b => b == 0);

        static double Deviation(Tensor weight) => Math.Sqrt(Enumeration.Read(weight).Average(w => w * w));
    }

    [Fact]
    public void State_dict_keys_are_the_documented_ones()
    {
        using var rbm = Rbm.Gaussian(3, 2);
        rbm.state_dict().Keys.Should().BeEquivalentTo("weight", "visible.bias", "visible.log_variance", "hidden.bias");
        rbm.Weight.shape.Should().Equal(2, 3);
    }

    [Fact]
    public void Moving_to_another_type_keeps_the_machine_whole()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2, WeightInitialization.Normal(1));
        var before = rbm.FreeEnergy(torch.ones(1, 3));
        _ = rbm.to(ScalarType.Float64);
        rbm.Weight.dtype.Should().Be(ScalarType.Float64);
        rbm.FreeEnergy(torch.ones(1, 3, ScalarType.Float64)).ShouldBeNear(before, 1e-5);
    }

    [Fact]
    public void Wrong_shapes_and_types_are_refused_with_what_was_expected_and_found()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        var tooWide = () => rbm.FreeEnergy(torch.zeros(5, 4));
        tooWide.Should().Throw<ArgumentException>().WithMessage("*[batch, 3]*[5, 4]*");
        var flat = () => rbm.HiddenMean(torch.zeros(3));
        flat.Should().Throw<ArgumentException>().WithMessage("*[batch, 3]*[3]*");
        var wrongType = () => rbm.Transition(torch.zeros(5, 3, ScalarType.Float64));
        wrongType.Should().Throw<ArgumentException>().WithMessage("*Float32*Float64*");
        var hidden = () => rbm.VisibleMean(torch.zeros(5, 3));
        hidden.Should().Throw<ArgumentException>().WithMessage("*[batch, 2]*[5, 3]*").WithParameterName("hidden");
        var pairs = () => rbm.Energy(torch.zeros(5, 3), torch.zeros(4, 2));
        pairs.Should().Throw<ArgumentException>().WithMessage("*5*4*");
        var missing = () => rbm.FreeEnergy(null!);
        missing.Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Tensors_on_another_device_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        // The one device beside the CPU that every machine has.
        var elsewhere = torch.zeros(5, 3, device: torch.META);
        var energy = () => rbm.FreeEnergy(elsewhere);
        energy.Should().Throw<ArgumentException>().WithMessage("*device cpu*meta*").WithParameterName("visible");
        var fit = () => rbm.Fit(elsewhere);
        fit.Should().Throw<ArgumentException>().WithMessage("*device cpu*meta*").WithParameterName("data");
    }

    [Fact]
    public void Models_outlive_the_scope_in_which_they_were_made()
    {
        Rbm rbm;
        DeepBelief.Dbn dbn;
        Classifier net;
        using (torch.NewDisposeScope())
        {
            rbm = Rbm.Gaussian(3, 2, dtype: ScalarType.Float64);
            dbn = DeepBelief.Dbn.Bernoulli([3, 2, 2], null, dtype: ScalarType.Float64);
            _ = dbn.Fit(Make.Bits(1, 9, 3), new() { Epochs = 1 });
            net = dbn.ToClassifier(2);
            _ = net.FitClassifier(Make.Bits(1, 9, 3), torch.zeros(9, ScalarType.Int64), new() { Epochs = 1 });
        }

        using var scope = torch.NewDisposeScope();
        var v = torch.ones(1, 3, ScalarType.Float64);
        foreach (var output in new[] { rbm.forward(v), dbn.forward(v), net.forward(v) })
            Enumeration.Read(output).Should().OnlyContain(x => double.IsFinite(x));
        rbm.Dispose();
        dbn.Dispose();
        net.Dispose();
    }

    [Fact]
    public void Layers_that_do_not_belong_together_are_refused()
    {
        using var units = new BernoulliUnits(3);
        var twice = () => new Rbm(units, units);
        twice.Should().Throw<ArgumentException>().WithMessage("*same one twice*");
        using var others = new BernoulliUnits(2);
        _ = others.to(ScalarType.Float64);
        var mixed = () => new Rbm(units, others);
        mixed.Should().Throw<ArgumentException>().WithMessage("*Float32*Float64*");
    }

    [Fact]
    public void Weights_take_the_type_of_the_units()
    {
        var (visible, hidden) = (new BernoulliUnits(3), new BernoulliUnits(2));
        _ = visible.to(ScalarType.Float64);
        _ = hidden.to(ScalarType.Float64);
        using var rbm = new Rbm(visible, hidden);
        rbm.Weight.dtype.Should().Be(ScalarType.Float64);
    }

    [Fact]
    public void Neighbouring_seeds_and_layers_have_weights_of_their_own()
    {
        const int Size = 60;
        var all = new List<double[]>();
        foreach (var seed in new long[] { 0, 1, 1L << 32 })
        {
            using var dbn = DeepBelief.Dbn.Bernoulli([Size, Size, Size], null, seed);
            using var net = Classifier.Random([Size, Size, Size], Size, seed);
            using var tuned = dbn.ToClassifier(Size, seed);
            all.AddRange(dbn.Layers.Select(layer => Enumeration.Read(layer.Weight)));
            all.AddRange(net.state_dict().Where(p => p.Key.EndsWith("weight", StringComparison.Ordinal)).Select(p => Enumeration.Read(p.Value)));
            all.Add(Enumeration.Read(tuned.state_dict()["4.weight"]));
        }

        // The output layers of one seed are meant to be the same; all other pairs are as good as independent.
        foreach (var (a, i) in all.Select((w, i) => (w, i)))
        {
            foreach (var b in all.Skip(i + 1).Where(b => !b.SequenceEqual(a)))
                Math.Abs(Correlation(a, b)).Should().BeLessThan(5.0 / Size);
        }

        all.Should().HaveCount(18).And.OnlyHaveUniqueItems();
        all.DistinctBy(w => w[0]).Should().HaveCount(15);

        static double Correlation(double[] a, double[] b)
            => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));
    }

    [Fact]
    public void Sizes_and_types_out_of_range_are_refused()
    {
        var none = () => Rbm.Bernoulli(0, 2);
        none.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("visible");
        var negative = () => Rbm.Gaussian(3, -1);
        negative.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("hidden");
        var integers = () => Rbm.Bernoulli(3, 2, dtype: ScalarType.Int64);
        integers.Should().Throw<ArgumentException>().WithMessage("*Float32*Int64*");
        var scale = () => WeightInitialization.Normal(double.NaN);
        scale.Should().Throw<ArgumentOutOfRangeException>();
    }

    [SkippableFact]
    public void Cuda_where_there_is_none_is_an_error()
    {
        Skip.If(torch.cuda.is_available(), "Needs a machine without a CUDA device.");
        var make = () => Rbm.Bernoulli(3, 2, device: new torch.Device(DeviceType.CUDA, 0));
        make.Should().Throw<ArgumentException>().WithMessage("*cuda*is_available*");
    }
}
