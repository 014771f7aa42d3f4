using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Evaluation;
using DeepBelief.Tensors;

namespace DeepBelief.Distributed.Tests;

/// <summary>Chains that are shared among ranks give the estimate of all of them, which is that of the ranks' chains one after the other.</summary>
public sealed class AnnealingTests
{
    private static readonly AnnealingOptions Options = new() { Schedule = AnnealingSchedule.Uniform(200), Chains = 60, Seed = 4 };

    [Fact]
    public void Forward_estimates_pool_the_chains_of_the_ranks()
    {
        using var data = Trained.Bits(100, 8);
        using var rbm = Machine(data);
        // What each rank would find by itself, given the numbers that it draws.
        var ofRanks = Enumerable.Range(0, 3).SelectMany(rank => AnnealedImportanceSampling.Forward(
            rbm, data, Options with { Chains = 20, Seed = Randomness.OfRank(Options.Seed, new Place(rank, 3)) }).LogWeights).ToList();
        var shared = ThreadGroup.Run(3, group =>
        {
            using var own = Machine(data);
            return AnnealedImportanceSampling.Forward(own, data, Options with { Group = group });
        });
        foreach (var estimate in shared)
            estimate.LogWeights.Should().Equal(ofRanks);
        var exact = ExactEnumeration.LogPartition(rbm);
        shared[0].LogPartition.Should().BeApproximately(exact, 5 * shared[0].StandardError);
        shared[0].StandardError.Should().BeLessThan(0.2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Brackets_hold_the_exact_value_and_are_the_same_on_all_ranks(int ranks)
    {
        using var data = Trained.Bits(100, 8);
        using var rbm = Machine(data);
        var exact = ExactEnumeration.LogPartition(rbm);
        var brackets = ThreadGroup.Run(ranks, group =>
        {
            using var own = Machine(data);
            return AnnealedImportanceSampling.Bracket(own, data, Options with { Group = group });
        });
        brackets[0].SamplesAreExact.Should().BeTrue();
        brackets[0].Forward.LogWeights.Should().HaveCount(60);
        brackets[0].Reverse.LogWeights.Should().HaveCount(60);
        brackets[0].Reverse.LogPartition.Should().BeApproximately(exact, 5 * brackets[0].Reverse.StandardError);
        brackets[0].Forward.LogPartition.Should().BeApproximately(exact, 5 * brackets[0].Forward.StandardError);
        foreach (var other in brackets.Skip(1))
        {
            other.Forward.LogWeights.Should().Equal(brackets[0].Forward.LogWeights);
            other.Reverse.LogWeights.Should().Equal(brackets[0].Reverse.LogWeights);
        }
    }

    [Fact]
    public void Other_models_and_reals_share_chains_too()
    {
        var estimates = ThreadGroup.Run(2, group =>
        {
            using var generator = new Generator(1);
            using var data = torch.randn([200, 2], ScalarType.Float32, torch.CPU, generator: generator);
            using var rbm = Rbm.Gaussian(2, 3);
            _ = rbm.Fit(data, new() { Epochs = 3 });
            return (AnnealedImportanceSampling.Forward(rbm, data, Options with { Group = group }), ExactEnumeration.LogPartition(rbm));
        });
        estimates[0].Item1.LogWeights.Should().Equal(estimates[1].Item1.LogWeights).And.HaveCount(60);
        estimates[0].Item1.LogPartition.Should().BeApproximately(estimates[0].Item2, 5 * estimates[0].Item1.StandardError);
    }

    [Fact]
    public void Samples_of_all_ranks_have_the_model_s_means()
    {
        using var data = Trained.Bits(100, 8);
        using var rbm = Machine(data);
        const int Count = 4001;
        var gathered = ThreadGroup.Run(3, group =>
        {
            using var own = Machine(data);
            using var generator = new Generator((ulong)(11 + group.Rank));
            using var rows = own.Sample(group.ShareOf(Count), steps: 100, generator: generator);
            return group.Gather(rows).DetachFromDisposeScope();
        });
        using var exact = ExactEnumeration.Sample(rbm, 100_000, new Generator(3));
        using var means = gathered[0].mean([0L]);
        using var expected = exact.mean([0L]);
        gathered[0].shape.Should().Equal(Count, 8);
        gathered[1].Equals(gathered[0]).Should().BeTrue();
        // Five standard errors, of which 0.5 / sqrt(n) is the most.
        Trained.Distance(means, expected).Should().BeLessThan(5 * 0.5 * (Math.Sqrt(1.0 / Count) + Math.Sqrt(1e-5)));
    }

    [Fact]
    public void Ranks_with_other_models_are_refused()
    {
        using var data = Trained.Bits(100, 8);
        var run = () => ThreadGroup.Run(2, group =>
        {
            using var rbm = Rbm.Bernoulli(8, 4, seed: group.Rank);
            return AnnealedImportanceSampling.Forward(rbm, data, Options with { Group = group });
        });
        run.Should().Throw<ArgumentException>().WithMessage("Expected the same on all ranks of the group, found model: * on rank 0, * on rank 1.*");
    }

    [Fact]
    public void Fewer_chains_than_ranks_are_refused()
    {
        using var data = Trained.Bits(100, 8);
        var run = () => ThreadGroup.Run(3, group =>
        {
            using var rbm = Rbm.Bernoulli(8, 4);
            return AnnealedImportanceSampling.Forward(rbm, data, Options with { Chains = 2, Group = group });
        });
        run.Should().Throw<ArgumentOutOfRangeException>().WithMessage("Chains: *3 or more, one on each rank of the group*");
    }

    private static Rbm Machine(Tensor data)
    {
        var rbm = Rbm.Bernoulli(8, 6);
        _ = rbm.Fit(data, new() { Epochs = 20 });
        return rbm;
    }

    private sealed class Place(int rank, int size) : IProcessGroup
    {
        public int Rank => rank;

        public int Size => size;

        public void AllReduce(Tensor tensor) => throw new NotSupportedException();

        public void Broadcast(Tensor tensor, int root = 0) => throw new NotSupportedException();

        public void Barrier() => throw new NotSupportedException();
    }
}
