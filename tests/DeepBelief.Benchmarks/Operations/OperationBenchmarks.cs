using BenchmarkDotNet.Attributes;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Benchmarks.Operations;

/// <summary>
/// The parts of a training step, each in the size that it has in CD-1 of 784-500 with batches of 100. Results are let go at
/// once, as in a training loop.
/// </summary>
public class OperationBenchmarks : IDisposable
{
    private const int Rows = 60_000;
    private const int Batch = 100;
    private const int Visible = 784;
    private const int Hidden = 500;

    private DisposeScope scope = null!;
    private Tensor data = null!;
    private Tensor rows = null!;
    private Tensor batch = null!;
    private Tensor chain = null!;
    private Tensor inputs = null!;
    private Tensor probabilities = null!;
    private Tensor buffer = null!;
    private Tensor weightTransposed = null!;
    private BernoulliUnits bernoulli = null!;
    private GaussianUnits gaussian = null!;
    private Rbm rbm = null!;
    private GradientOptimizer sgd = null!;
    private GradientOptimizer adam = null!;

    public static IEnumerable<int> ThreadCounts => ThreadSetting.Counts;

    /// <summary>Of torch, and of the library's own loops, which take no more.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        torch.set_num_threads(Threads);
        torch.set_grad_enabled(false);
        scope = torch.NewDisposeScope();
        data = torch.empty(Rows, Visible).bernoulli_(0.2);
        rows = torch.randperm(Rows, ScalarType.Int64).narrow(0, 0, Batch);
        batch = data.narrow(0, 0, Batch);
        chain = data.narrow(0, Batch, Batch);
        inputs = torch.randn(Batch, Hidden);
        probabilities = inputs.sigmoid();
        buffer = torch.zeros(Batch, Hidden);
        bernoulli = new(Hidden);
        gaussian = new(Hidden);
        rbm = Rbm.Bernoulli(Visible, Hidden);
        weightTransposed = rbm.Weight.detach().t();
        var parameters = rbm.parameters().ToArray();
        foreach (var parameter in parameters)
            parameter.grad = torch.randn(parameter.shape).mul_(0.001);
        sgd = new SgdSettings().Create(parameters);
        adam = new AdamSettings().Create(parameters);
        (sgd.LearningRate, adam.LearningRate) = (1e-4, 1e-4);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        adam.Dispose();
        sgd.Dispose();
        rbm.Dispose();
        gaussian.Dispose();
        bernoulli.Dispose();
        scope.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "gather a batch [100, 784]")]
    public void Gather() => data.index_select(0, rows).Dispose();

    [Benchmark(Description = "product [100, 784] x [784, 500]")]
    public void Product() => buffer.addmm_(batch, weightTransposed, beta: 0, alpha: 1);

    [Benchmark(Description = "torch: uniform numbers [100, 500]")]
    public void TorchUniform() => buffer.uniform_(0, 1);

    [Benchmark(Description = "torch: sigmoid [100, 500]")]
    public void TorchSigmoid() => inputs.sigmoid().Dispose();

    [Benchmark(Description = "torch: bernoulli [100, 500]")]
    public void TorchBernoulli() => probabilities.bernoulli().Dispose();

    [Benchmark(Description = "Bernoulli units: mean [100, 500]")]
    public void BernoulliMean() => bernoulli.Mean(inputs).Dispose();

    [Benchmark(Description = "Bernoulli units: sample [100, 500]")]
    public void BernoulliSample() => bernoulli.Sample(inputs).Dispose();

    [Benchmark(Description = "Gaussian units: sample [100, 500]")]
    public void GaussianSample() => gaussian.Sample(inputs).Dispose();

    [Benchmark(Description = "SGD: update of an RBM 784-500")]
    public void SgdUpdate() => sgd.Step();

    [Benchmark(Description = "Adam: update of an RBM 784-500")]
    public void AdamUpdate() => adam.Step();

    [Benchmark(Description = "Gibbs step of an RBM 784-500, batch 100")]
    public void GibbsStep() => rbm.Transition(batch).Dispose();

    [Benchmark(Description = "gradient of an RBM 784-500, batch 100")]
    public void Gradient() => rbm.AccumulateGradient(batch, chain);
}
