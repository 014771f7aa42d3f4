using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>Small models are trained by the calling thread alone, and nobody else notices.</summary>
public sealed class SmallModelThreadsTests
{
    [SkippableFact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        Skip.If(OperatingSystem.IsWindows(), "Torch's threads are its own there.");
        using var scope = torch.NewDisposeScope();
        var data = Rows(64);
        var alone = Weights(data, threads: 1);
        foreach (var threads in new[] { 2, 3, 4 })
            Near.SameBits(Weights(data, threads), alone).Should().BeTrue();
    }

    [SkippableTheory]
    [InlineData(50, 100, 1)]
    [InlineData(5000, 100, 3)]
    [InlineData(50, 2000, 3)] // by the jumps of its chains
    public void A_step_has_one_thread_in_a_small_model_and_all_in_a_large_one(int hidden, int chains, int threads)
    {
        Skip.If(OperatingSystem.IsWindows(), "Torch's threads are its own there.");
        using var set = new TorchThreads(3);
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(64, hidden);
        var seen = new List<int>();
        rbm.Fit(Rows(64), new() { Epochs = 1, LearningRate = 0.1, Optimizer = new Noting(seen), NegativePhase = new PersistentContrastiveDivergence(1, chains) });
        seen.Should().NotBeEmpty().And.OnlyContain(count => count == threads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_caller_and_its_progress_have_the_threads_that_they_had(bool fails)
    {
        using var set = new TorchThreads(3);
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(64, 50);
        var seen = new List<int>();
        var data = Rows(64);
        var progress = new Told(_ =>
        {
            seen.Add(torch.get_num_threads());
            if (fails)
                throw new InvalidOperationException();
        });
        var fit = () => rbm.Fit(data, new() { Epochs = 2 }, progress: progress);
        if (fails)
            fit.Should().Throw<InvalidOperationException>();
        else
            fit();
        seen.Should().NotBeEmpty().And.OnlyContain(threads => threads == 3);
        torch.get_num_threads().Should().Be(3);
    }

    private sealed record Noting(List<int> Seen) : OptimizerSettings
    {
        public override void Validate()
        {
        }

        public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new Steps(Seen, parameters);

        private sealed class Steps(List<int> seen, IReadOnlyList<Parameter> parameters) : GradientOptimizer(parameters)
        {
            public override IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor>();

            public override void Step() => seen.Add(torch.get_num_threads());
        }
    }

    private static Tensor Rows(long visible) => torch.empty(300, visible).bernoulli_(0.3, new Generator(1));

    private static Tensor Weights(Tensor data, int threads)
    {
        using var set = new TorchThreads(threads);
        using var rbm = Rbm.Bernoulli(data.size(1), 50);
        rbm.Fit(data, new() { Epochs = 3 });
        return rbm.Weight.detach().clone();
    }
}
