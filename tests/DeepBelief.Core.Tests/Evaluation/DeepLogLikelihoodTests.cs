using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class DeepLogLikelihoodTests
{
    public static TheoryData<string, string, string> Kinds => new()
    {
        { "bernoulli", "bernoulli", "bernoulli" },
        { "gaussian", "bernoulli", "bernoulli" },
        { "spin", "binomial", "bernoulli" },
        { "softmax", "spin", "softmax" },
        { "bits and categories", "softmax", "spin" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_exact_value_is_the_sum_over_all_states(string visible, string hidden, string top)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network(visible, hidden, top);
        var rows = Rows(dbn);
        var oracle = DeepEnumeration.Of(dbn);
        DeepLogLikelihood.IsExactPossible(dbn).Should().BeTrue();
        DeepLogLikelihood.Exact(dbn, rows).Rows.ToArray().ShouldBeNear([.. Enumeration.Matrix(rows).Select(oracle.Log)], 1e-12);
    }

    [Fact]
    public void The_probabilities_of_all_rows_add_up_to_one()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = new Dbn(Make.Rbm("bernoulli", 11, "bernoulli", 3), Make.Rbm("bernoulli", 3, "spin", 2, 5), Make.Rbm("spin", 2, "bernoulli", 4, 9));
        // More rows than one block has.
        DeepLogLikelihood.Exact(dbn, Enumeration.States(11)).Rows.Sum(Math.Exp).Should().BeApproximately(1, 1e-12);
        // And more hidden states.
        using var wide = new Dbn(Make.Rbm("bernoulli", 11, "bernoulli", 12), Make.Rbm("bernoulli", 12, "bernoulli", 2, 5));
        DeepLogLikelihood.Exact(wide, Enumeration.States(11)).Rows.Sum(Math.Exp).Should().BeApproximately(1, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_bound_has_its_expectation_below_the_exact_value(string visible, string hidden, string top)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network(visible, hidden, top);
        var rows = Rows(dbn);
        var oracle = DeepEnumeration.Of(dbn);
        var expected = Enumeration.Matrix(rows).Select(oracle.Bound).ToArray();
        using var generator = new Generator(1);
        var bound = DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(dbn.TopMachine), samples: 2000, generator);

        bound.Mean.Should().BeApproximately(expected.Average(), 5 * bound.SamplingError);
        bound.SamplingError.Should().BeLessThan(0.05);
        bound.Warning.Should().BeNull();
        expected.Average().Should().BeLessThan(DeepLogLikelihood.Exact(dbn, rows).Mean - 0.01, "a bound that is tight would prove little");
    }

    [Fact]
    public void The_bound_is_never_above_the_exact_value_by_more_than_its_error()
    {
        using var scope = torch.NewDisposeScope();
        for (var seed = 1; seed <= 20; seed++)
        {
            using var dbn = Network("bernoulli", "bernoulli", "bernoulli", seed);
            var rows = Enumeration.States(4);
            using var generator = new Generator((ulong)seed);
            var logZ = ExactEnumeration.LogPartition(dbn.TopMachine);
            var exact = DeepLogLikelihood.Exact(dbn, rows).Mean;
            var bound = DeepLogLikelihood.LowerBound(dbn, rows, logZ, samples: 200, generator);
            bound.Mean.Should().BeLessThan(exact + (5 * bound.SamplingError));
            var tighter = DeepLogLikelihood.ImportanceSampled(dbn, rows, logZ, samples: 200, generator);
            tighter.Mean.Should().BeLessThan(exact + (5 * tighter.SamplingError));
            tighter.Mean.Should().BeGreaterThan(bound.Mean);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Importance_sampling_converges_to_the_exact_value(string visible, string hidden, string top)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network(visible, hidden, top);
        var rows = Rows(dbn);
        using var generator = new Generator(2);
        var logZ = ExactEnumeration.LogPartition(dbn.TopMachine);
        var exact = DeepLogLikelihood.Exact(dbn, rows);
        var estimate = DeepLogLikelihood.ImportanceSampled(dbn, rows, logZ, samples: 20_000, generator);
        estimate.Mean.Should().BeApproximately(exact.Mean, 5 * estimate.SamplingError);
        estimate.SamplingError.Should().BeLessThan(0.02);
        // With one sample it is the bound, whose mean is lower.
        DeepLogLikelihood.ImportanceSampled(dbn, rows.repeat(2000, 1), logZ, samples: 1, generator).Mean.Should().BeLessThan(exact.Mean - 0.01);
    }

    [Fact]
    public void The_errors_are_the_spread_over_many_runs()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network("bernoulli", "bernoulli", "bernoulli");
        var rows = Enumeration.States(4).narrow(0, 3, 5);
        using var generator = new Generator(3);
        Spread(() => DeepLogLikelihood.LowerBound(dbn, rows, 0, samples: 50, generator));
        Spread(() => DeepLogLikelihood.ImportanceSampled(dbn, rows, 0, samples: 50, generator));
        Spread(() => DeepLogLikelihood.LowerBound(dbn, rows, 0, samples: 50, generator).Weighted(torch.tensor(new[] { 1f, 2, 0, 4, 1 })));

        static void Spread(Func<LogLikelihoodEstimate> run)
        {
            const int Runs = 400;
            var runs = Enumerable.Range(0, Runs).Select(_ => run()).ToArray();
            var mean = runs.Average(r => r.Mean);
            var deviation = Math.Sqrt(runs.Sum(r => (r.Mean - mean) * (r.Mean - mean)) / (Runs - 1));
            // The deviation of 400 runs has an error of a twenty-eighth.
            runs.Average(r => r.SamplingError).Should().BeApproximately(deviation, 5 * deviation / 28);
        }
    }

    [Fact]
    public void A_network_of_one_layer_has_the_likelihood_of_its_machine()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var rows = Enumeration.States(4);
        var logZ = ExactEnumeration.LogPartition(rbm);
        var expected = LogLikelihood.Evaluate(rbm, rows, logZ);
        using var dbn = new Dbn(rbm);
        DeepLogLikelihood.Exact(dbn, rows).Rows.Should().Equal(expected.Rows);
        DeepLogLikelihood.LowerBound(dbn, rows, logZ, samples: 3).Rows.ToArray().ShouldBeNear([.. expected.Rows], 1e-13);
        DeepLogLikelihood.ImportanceSampled(dbn, rows, logZ, samples: 3).Rows.ToArray().ShouldBeNear([.. expected.Rows], 1e-13);
        dbn.TransformToTop(rows).ShouldBeNear(rows, 0);
    }

    [Fact]
    public void With_the_transposed_machine_at_the_top_the_bound_is_the_likelihood_of_the_lower_machine()
    {
        // Hinton, Osindero and Teh 2006, section 4: the inference of the lower machine is exact then.
        using var scope = torch.NewDisposeScope();
        using var lower = Make.Rbm("spin", 4, "binomial", 3);
        using var top = Make.Rbm("binomial", 3, "spin", 4);
        using (torch.no_grad())
        {
            _ = top.Weight.copy_(lower.Weight.t());
            _ = top.Visible.parameters().Single().copy_(lower.Hidden.parameters().Single());
            _ = top.Hidden.parameters().Single().copy_(lower.Visible.parameters().Single());
        }

        var rows = Enumeration.States(lower.Visible);
        var expected = LogLikelihood.Evaluate(lower, rows, ExactEnumeration.LogPartition(lower)).Rows.ToArray();
        using var dbn = new Dbn(lower, top);
        var bound = DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(top), samples: 2);
        bound.Rows.ToArray().ShouldBeNear(expected, 1e-12);
        bound.SamplingError.Should().BeLessThan(1e-12);
        DeepLogLikelihood.Exact(dbn, rows).Rows.ToArray().ShouldBeNear(expected, 1e-12);
    }

    [Fact]
    public void Layers_of_independent_units_are_worth_what_two_machines_are()
    {
        using var scope = torch.NewDisposeScope();
        using var lower = Make.Rbm("bernoulli", 4, "bernoulli", 3, weights: 0);
        using var top = Make.Rbm("bernoulli", 3, "bernoulli", 2, seed: 5, weights: 0);
        var rows = Enumeration.States(4);
        var expected = LogLikelihood.Evaluate(lower, rows, ExactEnumeration.LogPartition(lower)).Rows.ToArray();
        // The divergence of q(h), the lower machine's, from p(h), the top machine's: of the bits, one by one.
        var (q, p) = (Enumeration.Read(lower.HiddenMean(rows.narrow(0, 0, 1))), Enumeration.Read(top.VisibleMean(torch.zeros(1, 2, ScalarType.Float64))));
        var divergence = q.Zip(p, (a, b) => (a * Math.Log(a / b)) + ((1 - a) * Math.Log((1 - a) / (1 - b)))).Sum();
        using var dbn = new Dbn(lower, top);
        using var generator = new Generator(4);
        DeepLogLikelihood.Exact(dbn, rows).Rows.ToArray().ShouldBeNear(expected, 1e-12);
        var bound = DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(top), samples: 2000, generator);
        bound.Mean.Should().BeApproximately(expected.Average() - divergence, 5 * bound.SamplingError);
    }

    [Fact]
    public void The_lower_end_belongs_to_the_upper_end_of_the_partition_function()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network("bernoulli", "bernoulli", "bernoulli");
        var rows = Enumeration.States(4);
        var data = dbn.TransformToTop(rows);
        data.ShouldBeNear(dbn.Layers[0].HiddenMean(rows), 0);
        var logZ = AnnealedImportanceSampling.Bracket(dbn.TopMachine, data, new() { Schedule = AnnealingSchedule.Uniform(5) });
        using var generator = new Generator(5);
        var bracket = DeepLogLikelihood.LowerBound(dbn, rows, logZ, samples: 50, generator);
        bracket.Lower.Mean.Should().BeApproximately(bracket.Upper.Mean - logZ.Gap, 1e-12);
        bracket.Lower.PartitionError.Should().Be(logZ.Reverse.LogPartition > logZ.Forward.LogPartition ? logZ.Reverse.StandardError : logZ.Forward.StandardError);
        bracket.Lower.StandardError.Should().BeApproximately(Math.Sqrt(Math.Pow(bracket.Lower.RowError, 2) + Math.Pow(bracket.Lower.PartitionError, 2)), 1e-14);

        _ = generator.manual_seed(5);
        DeepLogLikelihood.LowerBound(dbn, rows, logZ.Forward, samples: 50, generator).Mean.Should().BeApproximately(
            logZ.Forward.LogPartition < logZ.Reverse.LogPartition ? bracket.Upper.Mean : bracket.Lower.Mean, 1e-12);
        var sampled = DeepLogLikelihood.ImportanceSampled(dbn, rows, logZ, samples: 50, generator);
        (sampled.Upper.Mean - sampled.Lower.Mean).Should().BeApproximately(logZ.Gap, 1e-12);
    }

    [Fact]
    public void Few_effective_samples_are_warned_of()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = new Dbn(Make.Rbm("bernoulli", 6, "bernoulli", 30, weights: 3), Make.Rbm("bernoulli", 30, "bernoulli", 6, 5, weights: 3));
        using var generator = new Generator(6);
        var estimate = DeepLogLikelihood.ImportanceSampled(dbn, Enumeration.States(6), 0, samples: 100, generator);
        estimate.IsReliable.Should().BeFalse();
        estimate.Warning.Should().Contain("of 100 samples a row are effective");

        using (torch.no_grad())
            _ = dbn.TopMachine.Weight.fill_(double.NaN);
        DeepLogLikelihood.LowerBound(dbn, Enumeration.States(6), 0).Warning.Should().Contain("not finite");
    }

    [Fact]
    public void What_is_no_state_and_what_is_too_large_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Network("bernoulli", "bernoulli", "bernoulli");
        var grey = torch.full(1, 4, 0.5, ScalarType.Float64);
        dbn.Invoking(d => DeepLogLikelihood.LowerBound(d, grey, 0)).Should().Throw<ArgumentException>().WithMessage("*0.5*");
        dbn.Invoking(d => DeepLogLikelihood.Exact(d, grey)).Should().Throw<ArgumentException>().WithMessage("*0.5*");
        dbn.Invoking(d => DeepLogLikelihood.LowerBound(d, Enumeration.States(3), 0)).Should().Throw<ArgumentException>().WithMessage("*[batch, 4]*");
        dbn.Invoking(d => DeepLogLikelihood.ImportanceSampled(d, Enumeration.States(4), 0, samples: 0)).Should().Throw<ArgumentOutOfRangeException>();

        using var real = new Dbn(Make.Rbm("bernoulli", 4, "gaussian", 3), Make.Rbm("gaussian", 3, "bernoulli", 2));
        DeepLogLikelihood.IsExactPossible(real).Should().BeFalse();
        real.Invoking(d => DeepLogLikelihood.Exact(d, Enumeration.States(4))).Should().Throw<ArgumentException>().WithMessage("*pairs of states*gaussian*");
        using var broken = Network("bernoulli", "bernoulli", "bernoulli");
        using (torch.no_grad())
            _ = broken.TopMachine.Weight.fill_(double.NaN);
        broken.Invoking(d => DeepLogLikelihood.Exact(d, Enumeration.States(4))).Should().Throw<ArgumentException>().WithMessage("Expected a finite log Z, found NaN*").WithParameterName("model");
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        dbn.Invoking(d => DeepLogLikelihood.LowerBound(d, Enumeration.States(4), 0, cancellationToken: canceled.Token)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void A_model_of_your_own_gives_one_log_weight_a_row_of_any_type()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(4, 3);
        var rows = Enumeration.States(4).to(ScalarType.Float32);
        var expected = DeepLogLikelihood.LowerBound(dbn, rows, 1.5).Mean;
        DeepLogLikelihood.LowerBound(new OfYourOwn(dbn, weights => weights.to(ScalarType.Float32)), rows, 1.5).Mean.Should().BeApproximately(expected, 1e-5);
        var wide = () => DeepLogLikelihood.ImportanceSampled(new OfYourOwn(dbn, weights => weights.unsqueeze(1).repeat(1, 3)), rows, 1.5);
        wide.Should().Throw<ArgumentException>().WithMessage("*one a row, shape [16], found [16, 3]*");
    }

    [Fact]
    public void Hidden_units_of_reals_have_a_bound()
    {
        // With the transposed machine at the top, as above: linear units, whose sums are integrals.
        using var scope = torch.NewDisposeScope();
        using var lower = Make.Rbm("bernoulli", 4, "gaussian", 2, weights: 0.5);
        using var top = new Rbm(Make.Units("gaussian", 2, 101), Make.Units("bernoulli", 4, 1), WeightInitialization.Normal(0.5)).to(ScalarType.Float64);
        using (torch.no_grad())
            _ = top.Weight.copy_(lower.Weight.t());
        var rows = Enumeration.States(4);
        using var dbn = new Dbn(lower, top);
        DeepLogLikelihood.LowerBound(dbn, rows, ExactEnumeration.LogPartition(top), samples: 2).Rows.ToArray()
            .ShouldBeNear([.. LogLikelihood.Evaluate(lower, rows, ExactEnumeration.LogPartition(lower)).Rows], 1e-11);
    }

    private static Dbn Network(string visible, string hidden, string top, long seed = 1)
        => new(Make.Rbm(visible, 4, hidden, 3, seed), Make.Rbm(hidden, 3, top, 2, seed + 20, weights: 1));

    // States of the visible units.
    private static Tensor Rows(Dbn dbn)
    {
        using var generator = new Generator(9);
        return dbn.Layers[0].Visible.Sample(torch.zeros(6, 4, ScalarType.Float64), generator);
    }

    private sealed class OfYourOwn(Dbn dbn, Func<Tensor, Tensor> change) : IDeepGenerativeModel
    {
        public long VisibleSize => dbn.VisibleSize;

        public DeepBelief.Units.UnitSupport VisibleSupport => dbn.VisibleSupport;

        public Rbm TopMachine => dbn.TopMachine;

        public Tensor LogWeights(Tensor visible, Generator? generator = null) => change(dbn.LogWeights(visible, generator));
    }
}
