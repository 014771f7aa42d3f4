using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class DbmEvaluationTests
{
    private static readonly AnnealingOptions Options = new() { Schedule = AnnealingSchedule.Uniform(50), Chains = 5000 };

    public static TheoryData<string> Machines => DeepMachines.Names;

    [Theory]
    [MemberData(nameof(Machines))]
    public void Annealing_and_enumeration_find_the_partition_function(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name);
        using var generator = new Generator(1);
        var exact = DbmEnumeration.LogPartition(dbm);
        ExactEnumeration.LogPartition(dbm).Should().BeApproximately(exact, 1e-9);
        var data = dbm.Visible.Sample(Make.Normal(1, 1, 20, dbm.VisibleSize), generator);
        foreach (var rows in new[] { data, null })
        {
            var bracket = AnnealedImportanceSampling.Bracket(dbm, rows, Options);
            bracket.SamplesAreExact.Should().BeTrue();
            bracket.StandardError.Should().BeInRange(1e-9, 0.03, "five of a large one would prove little");
            bracket.Forward.LogPartition.Should().BeApproximately(exact, 5 * bracket.Forward.StandardError);
            bracket.Reverse.LogPartition.Should().BeApproximately(exact, 5 * bracket.Reverse.StandardError);
            AnnealedImportanceSampling.Forward(dbm, rows, Options).LogPartition.Should().Be(bracket.Forward.LogPartition);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_lower_bound_is_never_above_the_exact_log_likelihood(string name)
    {
        using var scope = torch.NewDisposeScope();
        for (var seed = 1; seed <= 5; seed++)
        {
            using var dbm = DeepMachines.Create(name, seed);
            var bounds = LogLikelihood.LowerBound(dbm, Enumeration.States(dbm.Visible), ExactEnumeration.LogPartition(dbm)).Rows;
            var logZ = DbmEnumeration.LogPartition(dbm);
            foreach (var (bound, v) in bounds.Zip(UnitCases.States(dbm.Visible)))
                bound.Should().BeLessThanOrEqualTo(DbmEnumeration.MinusFreeEnergy(dbm, v) - logZ + 1e-10);
        }
    }

    [Fact]
    public void Estimates_of_the_bound_have_the_error_and_the_ends_of_the_partition_function()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2");
        var rows = Make.Bits(1, 10, 4);
        var bracket = AnnealedImportanceSampling.Bracket(dbm, rows, Options with { Chains = 50 });
        var estimate = LogLikelihood.LowerBound(dbm, rows, bracket.Forward);
        estimate.PartitionError.Should().Be(bracket.Forward.StandardError);
        estimate.Mean.Should().BeApproximately(-dbm.FreeEnergyBound(rows).mean().item<double>() - bracket.Forward.LogPartition, 1e-10);
        var ends = LogLikelihood.LowerBound(dbm, rows, bracket);
        (ends.Upper.Mean - ends.Lower.Mean).Should().BeApproximately(bracket.Gap, 1e-10);
        LogLikelihood.LowerBound(dbm, rows, 3, new() { MostSweeps = 1 }).Mean.Should().BeLessThan(LogLikelihood.LowerBound(dbm, rows, 3, new() { MostSweeps = 100 }).Mean);
        var greys = () => LogLikelihood.LowerBound(dbm, rows * 0.5, 3);
        greys.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void One_hidden_layer_is_annealed_as_the_RBM_is()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(6, 5, WeightInitialization.Normal(0.5), seed: 4);
        using var dbm = Dbm.Bernoulli([6, 5], WeightInitialization.Normal(0.5), seed: 4);
        var rows = Make.Bits(1, 20, 6).to(ScalarType.Float32);
        var options = Options with { Chains = 20 };
        var (expected, found) = (AnnealedImportanceSampling.Bracket(rbm, rows, options), AnnealedImportanceSampling.Bracket(dbm, rows, options));
        found.Forward.LogWeights.Should().Equal(expected.Forward.LogWeights);
        found.Reverse.LogWeights.Should().Equal(expected.Reverse.LogWeights);
        LogLikelihood.LowerBound(dbm, rows, 2).Rows.Should().Equal(LogLikelihood.Evaluate(rbm, rows, 2).Rows);
    }
}
