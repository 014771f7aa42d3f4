using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class LogLikelihoodTests
{
    [Fact]
    public void Probabilities_of_all_states_are_those_of_the_model()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 11, "bernoulli", 4);
        // More rows than one block has.
        var result = LogLikelihood.Evaluate(rbm, Enumeration.States(11), ExactEnumeration.LogPartition(rbm));
        result.Rows.Select(Math.Exp).ToArray().ShouldBeNear(Enumeration.VisibleProbabilities(rbm), 1e-14);
        result.Mean.Should().BeApproximately(result.Rows.Average(), 1e-12);
    }

    [Fact]
    public void Densities_of_reals_integrate_to_one()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 1, "bernoulli", 4, weights: 1);
        const double Width = 0.01;
        var grid = torch.arange(-30, 30, Width, ScalarType.Float64).unsqueeze(1);
        var result = LogLikelihood.Evaluate(rbm, grid, ExactEnumeration.LogPartition(rbm));
        (result.Rows.Sum(Math.Exp) * Width).Should().BeApproximately(1, 1e-9);
    }

    [Fact]
    public void Errors_of_rows_and_of_the_partition_function_add_up()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var rows = Enumeration.States(4).narrow(0, 3, 4);
        var forward = new LogPartitionEstimate([.. Enumerable.Range(0, 50).Select(i => i % 2 * 0.5)], isReverse: false);
        var reverse = new LogPartitionEstimate([.. Enumerable.Range(0, 50).Select(i => -1 - (i % 2 * 0.9))], isReverse: true);

        var result = LogLikelihood.Evaluate(rbm, rows, forward);
        var energies = Enumeration.Read(rbm.FreeEnergy(rows));
        var mean = energies.Average();
        var rowError = Math.Sqrt(energies.Sum(f => (f - mean) * (f - mean)) / 3 / 4);
        result.Mean.Should().BeApproximately(-mean - forward.LogPartition, 1e-12);
        result.RowError.Should().BeApproximately(rowError, 1e-12);
        result.StandardError.Should().BeApproximately(Math.Sqrt((rowError * rowError) + (forward.StandardError * forward.StandardError)), 1e-12);

        var bracket = LogLikelihood.Evaluate(rbm, rows, new LogPartitionBracket(forward, reverse, true));
        bracket.Upper.Mean.Should().Be(result.Mean);
        bracket.Lower.Mean.Should().BeApproximately(-mean - reverse.LogPartition, 1e-12);
        bracket.Lower.PartitionError.Should().Be(reverse.StandardError);
    }

    [Fact]
    public void A_partition_function_that_is_not_finite_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        using var dbm = Dbm.Bernoulli(4, 3, 2);
        using var dbn = Dbn.Bernoulli(4, 3, 2);
        var rows = Enumeration.States(4).to(ScalarType.Float32);
        var known = new LogPartitionEstimate([.. Enumerable.Repeat(3.0, 20)], isReverse: false);
        foreach (var wrong in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var estimate = new LogPartitionEstimate([.. Enumerable.Repeat(wrong, 20)], isReverse: false);
            Refused(
                () => LogLikelihood.Evaluate(rbm, rows, wrong),
                () => LogLikelihood.Evaluate(rbm, rows, estimate),
                () => LogLikelihood.LowerBound(dbm, rows, wrong),
                () => LogLikelihood.LowerBound(dbm, rows, estimate),
                () => DeepLogLikelihood.LowerBound(dbn, rows, wrong),
                () => DeepLogLikelihood.LowerBound(dbn, rows, estimate),
                () => DeepLogLikelihood.ImportanceSampled(dbn, rows, wrong),
                () => DeepLogLikelihood.ImportanceSampled(dbn, rows, estimate));
            foreach (var bracket in new LogPartitionBracket[] { new(estimate, known, false), new(known, estimate, false) })
            {
                Refused(
                    () => LogLikelihood.Evaluate(rbm, rows, bracket),
                    () => LogLikelihood.LowerBound(dbm, rows, bracket),
                    () => DeepLogLikelihood.LowerBound(dbn, rows, bracket),
                    () => DeepLogLikelihood.ImportanceSampled(dbn, rows, bracket));
            }
        }

        static void Refused(params Func<object>[] evaluations)
        {
            foreach (var evaluate in evaluations)
                evaluate.Should().Throw<ArgumentException>().WithMessage("Expected a finite log Z*").WithParameterName("logPartition");
        }
    }

    [Fact]
    public void Rows_of_weight_0_have_no_part_in_the_sampling_error()
    {
        using var weights = torch.tensor([1.0, 0.0]);
        new LogLikelihoodEstimate([-1, -2], samplingErrors: [0.1, double.NaN]).Weighted(weights).SamplingError.Should().BeApproximately(0.1, 1e-15);
    }

    [Fact]
    public void Weights_count_rows_as_often_as_they_say()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var rows = Enumeration.States(4).narrow(0, 3, 4);
        var weights = torch.tensor(new long[] { 2, 1, 0, 3 });
        var plain = LogLikelihood.Evaluate(rbm, rows, 2);
        var weighted = plain.Weighted(weights);
        weighted.Mean.Should().BeApproximately(LogLikelihood.Evaluate(rbm, rows.repeat_interleave(weights, 0), 2).Mean, 1e-13);
        weighted.Rows.Should().Equal(plain.Rows);

        // Equal weights change nothing, and a row of weight 0 might as well not be there.
        plain.Weighted(torch.full(4, 7, ScalarType.Float32)).RowError.Should().BeApproximately(plain.RowError, 1e-13);
        var three = LogLikelihood.Evaluate(rbm, torch.cat([rows.narrow(0, 0, 2), rows.narrow(0, 3, 1)]), 2);
        plain.Weighted(torch.tensor(new[] { 1f, 1, 0, 1 })).RowError.Should().BeApproximately(three.RowError, 1e-13);
        plain.Weighted(torch.tensor(new[] { 1f, 0, 0, 0 })).RowError.Should().Be(double.PositiveInfinity);
        plain.Invoking(p => p.Weighted(torch.ones(3))).Should().Throw<ArgumentException>().WithMessage("*[4]*[3]*");
    }

    [Fact]
    public void Errors_of_weighted_means_are_their_spread_over_many_sets_of_rows()
    {
        const int Sets = 4000;
        var random = new Random(1);
        double[] weights = [.. Enumerable.Range(0, 60).Select(_ => 0.1 + random.NextDouble())];
        using var tensor = torch.tensor(weights);
        var (means, errors) = (new List<double>(), new List<double>());
        for (var set = 0; set < Sets; set++)
        {
            // Uniform numbers: a variance of 1/12.
            var estimate = new LogLikelihoodEstimate([.. weights.Select(_ => random.NextDouble())]).Weighted(tensor);
            means.Add(estimate.Mean);
            errors.Add(estimate.RowError);
        }

        var spread = Math.Sqrt(means.Sum(m => (m - 0.5) * (m - 0.5)) / Sets);
        spread.Should().BeApproximately(Math.Sqrt(weights.Sum(w => w * w) / 12) / weights.Sum(), 5 * spread / Math.Sqrt(2.0 * Sets));
        errors.Average().Should().BeApproximately(spread, 5 * spread / Math.Sqrt(2.0 * Sets));
    }

    [Fact]
    public void Greys_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var evaluate = () => LogLikelihood.Evaluate(rbm, torch.full(2, 4, 0.5, ScalarType.Float32), 0);
        evaluate.Should().Throw<ArgumentException>().WithMessage("*zeros and ones*");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Reverse_annealing_from_rows_gives_the_probabilities_of_the_annealed_model()
    {
        const int ChainsPerRow = 30_000;
        double[] betas = [0, 0.5, 1];
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 2, weights: 2);
        var (annealed, exact) = (AnnealedProbabilities(rbm, betas), Enumeration.VisibleProbabilities(rbm));
        // Two different models: one that took the other for right would fail.
        annealed.Zip(exact, (a, e) => Math.Abs(Math.Log(a / e))).Max().Should().BeGreaterThan(0.1);

        var options = new AnnealingOptions { Schedule = new AnnealingSchedule(betas) };
        var result = LogLikelihood.ReverseAnnealed(rbm, Enumeration.States(3), null, options, ChainsPerRow);
        result.Rows.Should().HaveCount(8);
        foreach (var (row, p) in result.Rows.Zip(annealed))
            row.Should().BeApproximately(Math.Log(p), 0.02);

        // A single chain says less, on average: the logarithm of a mean is more than the mean of logarithms.
        var single = LogLikelihood.ReverseAnnealed(rbm, Enumeration.States(3).repeat(1000, 1), null, options);
        single.Mean.Should().BeLessThan(annealed.Average(Math.Log) - 0.02);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Reverse_annealing_of_a_trained_machine_comes_close_from_below()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = TrainedMachine.Bernoulli(16);
        var (data, rows) = (TrainedMachine.Patterns(1, 1000), TrainedMachine.Patterns(9, 200));
        var exact = LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm));
        var hasty = LogLikelihood.ReverseAnnealed(rbm, rows, data, new() { Schedule = AnnealingSchedule.Uniform(3) });
        var patient = LogLikelihood.ReverseAnnealed(rbm, rows, data, new() { Schedule = AnnealingSchedule.Uniform(1000) });
        hasty.Mean.Should().BeLessThan(exact.Mean - 0.3);
        patient.Mean.Should().BeInRange(exact.Mean - 0.15, exact.Mean + 0.1);
    }

    /// <summary>The visible distribution at the end of forward annealing, state by state.</summary>
    private static double[] AnnealedProbabilities(Rbm rbm, double[] betas)
    {
        var states = Enumeration.States(3);
        var noInputs = torch.zeros(1, 3, ScalarType.Float64);
        var p = Likelihoods(states, rbm.Visible.Mean(noInputs)).reshape(1, 8);
        var hiddenStates = Enumeration.States(2);
        foreach (var beta in betas.Skip(1))
        {
            var up = Likelihoods(hiddenStates, rbm.Hidden.Mean(states.mm(rbm.Weight.t()) * beta));
            var down = Likelihoods(states, rbm.Visible.Mean(hiddenStates.mm(rbm.Weight) * beta));
            p = p.mm(up).mm(down);
        }

        return Enumeration.Read(p);

        // [conditions, states]: the probability of every state under the means of independent bits.
        static Tensor Likelihoods(Tensor states, Tensor means)
            => (means.unsqueeze(1) * states.unsqueeze(0) + (1 - means).unsqueeze(1) * (1 - states).unsqueeze(0)).prod(2);
    }
}
