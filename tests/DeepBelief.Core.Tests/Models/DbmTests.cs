using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class DbmTests
{
    private static readonly MeanField Long = new() { MostSweeps = 2000, Tolerance = 1e-12 };

    public static TheoryData<string> Machines => DeepMachines.Names;

    [Theory]
    [MemberData(nameof(Machines))]
    public void Energies_are_those_of_the_definition(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name);
        var states = DbmEnumeration.States(dbm);
        var layers = Enumerable.Range(0, states[0].Length).Select(layer => Rows(states.Select(joint => joint[layer]))).ToList();
        dbm.Energy(layers[0], layers[1..]).ShouldBeNear([.. states.Select(joint => -DbmEnumeration.MinusEnergy(dbm, joint))], 1e-10);
    }

    [Fact]
    public void Two_pairs_of_layers_without_weights_between_them_are_two_RBMs()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2-3");
        using (torch.no_grad())
            _ = dbm.Weights[1].zero_();
        var lower = new Rbm(dbm.Visible, dbm.Hidden[0], dbm.Weights[0]);
        var upper = new Rbm(dbm.Hidden[1], dbm.Hidden[2], dbm.Weights[2]);
        var (rows, ofUpper) = (Enumeration.States(4), ExactEnumeration.LogPartition(upper));

        ExactEnumeration.LogPartition(dbm).Should().BeApproximately(ExactEnumeration.LogPartition(lower) + ofUpper, 1e-10);
        dbm.HiddenMeans(rows)[0].ShouldBeNear(lower.HiddenMean(rows), 1e-12);
        // What the bound is above F(v) is how far the inference of the upper pair is from its log Z: the same for all rows.
        var gaps = Enumeration.Read(dbm.FreeEnergyBound(rows, Long) - lower.FreeEnergy(rows) + ofUpper);
        gaps.Should().OnlyContain(gap => gap > 0 && Math.Abs(gap - gaps[0]) < 1e-9);

        // Without weights in the upper pair, either, all of it is exact.
        using (torch.no_grad())
            _ = dbm.Weights[2].zero_();
        dbm.FreeEnergyBound(rows).ShouldBeNear(lower.FreeEnergy(rows) - ExactEnumeration.LogPartition(upper), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_free_energy_bound_is_never_below_the_free_energy_and_close_to_it_where_weights_are_small(string name)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (seed, weights) in Enumerable.Range(1, 5).SelectMany(seed => new[] { (seed, 0.1), (seed, 0.7), (seed, 2) }))
        {
            using var dbm = DeepMachines.Create(name, seed, weights);
            var rows = UnitCases.States(dbm.Visible);
            var exact = rows.Select(v => -DbmEnumeration.MinusFreeEnergy(dbm, v)).ToArray();
            foreach (var settings in new[] { new MeanField { MostSweeps = 1 }, MeanField.Default, Long })
            {
                var gaps = Enumeration.Read(dbm.FreeEnergyBound(Rows(rows), settings)).Zip(exact, (bound, f) => bound - f).ToArray();
                gaps.Min().Should().BeGreaterThan(-1e-10);
                if (dbm.Hidden.Count == 1)
                    gaps.Max().Should().BeLessThan(1e-10);
                else if (weights < 0.2)
                    // Of second order: about half the sum of w² between hidden layers times the variances at both ends.
                    gaps.Max().Should().BeLessThan(0.05);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_free_energy_bound_is_the_expected_energy_less_the_entropy(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name);
        var rows = UnitCases.States(dbm.Visible);
        var inference = MeanFieldInference.Run(dbm, Rows(rows), new() { MostSweeps = 2, Tolerance = 0 });
        var bounds = Enumeration.Read(inference.FreeEnergy(dbm, Rows(rows)));
        foreach (var (row, v) in rows.Index())
        {
            // log q of every state of each layer, from its energy and inputs.
            var logs = dbm.Hidden.Zip(inference.Inputs, (layer, inputs) =>
            {
                var input = Enumeration.Read(inputs.select(0, row));
                var scores = UnitCases.States(layer).Select(x => x.Zip(input, (a, b) => a * b).Sum() - UnitCases.Energy(layer, x)).ToArray();
                return UnitCases.States(layer).Zip(scores, (x, score) => (State: x, Log: score - Enumeration.LogSumExp(scores))).ToList();
            }).ToList();
            var total = DbmEnumeration.States(dbm).Where(states => states[0].SequenceEqual(v)).Sum(states =>
            {
                var log = logs.Select((layer, i) => layer.Single(entry => entry.State.SequenceEqual(states[i + 1])).Log).Sum();
                return Math.Exp(log) * (log - DbmEnumeration.MinusEnergy(dbm, states));
            });
            bounds[row].Should().BeApproximately(total, 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void No_sweep_raises_the_free_energy_bound(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name, seed: 3, weights: 1.5);
        var rows = Rows(UnitCases.States(dbm.Visible));
        var last = Enumeration.Read(dbm.FreeEnergyBound(rows, new() { MostSweeps = 1, Tolerance = 0 }));
        for (var sweeps = 2; sweeps <= 12; sweeps++)
        {
            var next = Enumeration.Read(dbm.FreeEnergyBound(rows, new() { MostSweeps = sweeps, Tolerance = 0 }));
            next.Zip(last, (now, before) => now - before).Max().Should().BeLessThan(1e-12);
            last = next;
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Inference_ends_where_every_layer_expects_what_its_neighbours_imply(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name);
        var rows = Rows(UnitCases.States(dbm.Visible));
        var means = dbm.HiddenMeans(rows, Long);
        Tensor[] all = [rows, .. means];
        foreach (var (layer, units) in dbm.Hidden.Index())
        {
            var inputs = all[layer].mm(dbm.Weights[layer].t());
            if (layer + 1 < dbm.Hidden.Count)
                inputs = inputs + all[layer + 2].mm(dbm.Weights[layer + 1]);
            means[layer].ShouldBeNear(units.Mean(inputs), 1e-10);
        }

        dbm.Transform(rows, Long).ShouldBeNear(means[^1], 0);
        dbm.Reconstruct(rows, Long).ShouldBeNear(dbm.Visible.Mean(means[0].mm(dbm.Weights[0])), 1e-12);
    }

    [Theory]
    [InlineData("4-3-2")]
    [InlineData("3-2-2-2")]
    [InlineData("3 softmax-2-2 binomial")]
    [InlineData("3-2 gaussian-2")]
    [InlineData("3-2-2 gaussian")]
    public void Samples_have_the_distribution_of_the_machine(string name)
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name, seed: 2, weights: 0.5);
        using var generator = new Generator(5);
        using var halves = new DbmHalves(dbm);
        var states = UnitCases.States(dbm.Visible);
        // Gaussian layers can't be listed, but summed over in the other half.
        var exact = name.Contains("gaussian", StringComparison.Ordinal) ? Gaussian(dbm, states) : [.. states.Select(v => DbmEnumeration.MinusFreeEnergy(dbm, v))];
        var total = Enumeration.LogSumExp(exact);
        var drawn = Enumeration.Matrix(dbm.Sample(Rows, steps: 60, generator: generator));
        var counts = states.Select(v => drawn.Count(row => row.SequenceEqual(v)) / (double)Rows).ToArray();
        counts.ShouldBeFrequencies([.. exact.Select(f => Math.Exp(f - total))], Rows);
    }

    [Fact]
    public void With_one_hidden_layer_it_gives_bit_for_bit_what_the_RBM_gives()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(6, 5, WeightInitialization.Normal(0.5), seed: 4);
        using var dbm = Dbm.Bernoulli([6, 5], WeightInitialization.Normal(0.5), seed: 4);
        var rows = Make.Bits(1, 20, 6).to(ScalarType.Float32);
        Near.SameBits(dbm.Weights[0], rbm.Weight).Should().BeTrue();
        Near.SameBits(dbm.Transform(rows), rbm.Transform(rows)).Should().BeTrue();
        Near.SameBits(dbm.forward(rows), rbm.forward(rows)).Should().BeTrue();
        Near.SameBits(dbm.Reconstruct(rows), rbm.Reconstruct(rows)).Should().BeTrue();
        Near.SameBits(dbm.FreeEnergyBound(rows), rbm.FreeEnergy(rows)).Should().BeTrue();
        using var one = new Generator(3);
        using var other = new Generator(3);
        Near.SameBits(dbm.Sample(10, steps: 5, generator: one), rbm.Sample(10, steps: 5, generator: other)).Should().BeTrue();
    }

    [Fact]
    public void Parameters_have_names_that_speak_and_move_with_the_machine()
    {
        using var dbm = Dbm.Gaussian(4, 3, 2);
        dbm.state_dict().Keys.Should().BeEquivalentTo("visible.bias", "visible.log_variance", "hidden.0.bias", "hidden.1.bias", "weight.0", "weight.1");
        dbm.Weights.Select(weight => string.Join(",", weight.shape)).Should().Equal("3,4", "2,3");
        dbm.parameters().Should().HaveCount(6);
        _ = dbm.to(ScalarType.Float64);
        dbm.parameters().Concat(dbm.Weights).Should().OnlyContain(parameter => parameter.dtype == ScalarType.Float64);
        dbm.Weights[1].Should().BeSameAs(dbm.get_parameter("weight.1"));
    }

    [Fact]
    public void Autograd_differentiates_what_the_top_layer_expects()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2");
        var rows = Make.Bits(1, 5, 4);
        dbm.forward(rows).sum().backward();
        var expected = CentralDifferences.Of(dbm, () => dbm.forward(rows).sum().item<double>());
        // The visible biases have no part in it.
        dbm.parameters().SelectMany(p => p.grad is { } grad ? Enumeration.Read(grad) : new double[p.numel()]).ToArray().ShouldBeNear(expected, 1e-8);
        expected.Max(Math.Abs).Should().BeGreaterThan(0.1);
    }

    [Fact]
    public void No_rows_have_no_features()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli(4, 3, 2);
        var none = torch.zeros(0, 4);
        dbm.Transform(none).shape.Should().Equal(0, 2);
        dbm.Reconstruct(none).shape.Should().Equal(0, 4);
        dbm.FreeEnergyBound(none).shape.Should().Equal(0);
        // The means of no rows would be NaN.
        dbm.Invoking(d => d.InitializeFromData(none)).Should().Throw<ArgumentException>().WithMessage("*at least one row*");
        dbm.Visible.parameters().Should().OnlyContain(bias => bias.count_nonzero(null).item<long>() == 0);
    }

    [Fact]
    public void Sweeps_of_inference_leave_no_tensors_behind()
    {
        using var dbm = Dbm.Bernoulli(6, 5, 4, 3);
        using var rows = torch.rand(10, 6);
        long Left(int sweeps, bool autograd)
        {
            using var scope = torch.NewDisposeScope();
            using var mode = torch.set_grad_enabled(autograd);
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            _ = MeanFieldInference.Run(dbm, rows, new() { MostSweeps = sweeps, Tolerance = 0 });
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }

        Left(20, autograd: false).Should().Be(Left(1, autograd: false));
        Left(20, autograd: true).Should().Be(Left(1, autograd: true));
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        var none = () => new Dbm(new BernoulliUnits(2), []);
        var twice = () => { var layer = new BernoulliUnits(2); return new Dbm(layer, [layer]); };
        var kinds = () => new Dbm(new BernoulliUnits(2), [(UnitLayer)new BernoulliUnits(2).to(ScalarType.Float64)]);
        var sizes = () => Dbm.Bernoulli(4);
        var settings = () => Dbm.Bernoulli(4, 3, 2).Transform(torch.zeros(1, 4), new() { MostSweeps = 0 });
        none.Should().Throw<ArgumentException>().WithMessage("Expected at least one hidden layer*");
        twice.Should().Throw<ArgumentException>().WithMessage("*distinct layers*");
        kinds.Should().Throw<ArgumentException>().WithMessage("*Float32*");
        sizes.Should().Throw<ArgumentException>().WithMessage("*2 or more sizes*");
        settings.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*MeanField.MostSweeps*1 or more*");
        var disposed = Dbm.Bernoulli(4, 3, 2);
        disposed.Dispose();
        disposed.Invoking(d => d.Sample(1)).Should().Throw<ObjectDisposedException>();
        disposed.Invoking(d => d.Transform(torch.zeros(1, 4))).Should().Throw<ObjectDisposedException>();
    }

    /// <summary>-F(v) of a machine with a Gaussian hidden layer: by enumeration of the other hidden layer.</summary>
    private static double[] Gaussian(Dbm dbm, IReadOnlyList<double[]> rows)
    {
        var (listed, summed) = dbm.Hidden[0] is GaussianUnits ? (1, 0) : (0, 1);
        return [.. rows.Select(v => Enumeration.LogSumExp(UnitCases.States(dbm.Hidden[listed]).Select(h =>
        {
            using var scope = torch.NewDisposeScope();
            var (row, state) = (Rows([v]), Rows([h]));
            var fromVisible = row.mm(dbm.Weights[0].t());
            var inputs = summed == 0 ? fromVisible + state.mm(dbm.Weights[1]) : state.mm(dbm.Weights[1].t());
            var coupling = summed == 0 ? 0 : (fromVisible * state).sum().item<double>();
            return dbm.Hidden[summed].CumulantGenerator(inputs).item<double>() + coupling - UnitCases.Energy(dbm.Visible, v) - UnitCases.Energy(dbm.Hidden[listed], h);
        })))];
    }

    private static Tensor Rows(IEnumerable<double[]> rows)
    {
        var all = rows.ToList();
        return torch.tensor(all.SelectMany(x => x).ToArray()).reshape(all.Count, all[0].Length);
    }
}
