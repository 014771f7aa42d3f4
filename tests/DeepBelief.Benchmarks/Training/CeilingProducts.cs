using System.Diagnostics;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The matrix products that a step of CD-k or PCD-k can't do without, and nothing else, into buffers that are kept:
/// hidden units given the data, k times down and up again, and both halves of the weights' gradient in one. They are
/// 2(2k+3)·batch·visible·hidden floating-point operations.
/// </summary>
internal sealed class CeilingProducts
{
    private readonly int batch;
    private readonly int steps;
    private readonly Tensor weight;
    private readonly Tensor weightTransposed;
    private readonly Tensor visible;
    private readonly Tensor hidden;
    private readonly Tensor hiddenTransposed;
    private readonly Tensor data;
    private readonly Tensor chain;
    private readonly Tensor positive;
    private readonly Tensor negative;
    private readonly Tensor sample;
    private readonly Tensor gradient;

    /// <summary>Makes the buffers, which live in the dispose scope around the call.</summary>
    public CeilingProducts(int batch, long visibleSize, long hiddenSize, int steps)
    {
        this.batch = batch;
        this.steps = steps;
        weight = torch.rand(hiddenSize, visibleSize).mul_(0.01);
        weightTransposed = weight.t();
        visible = torch.rand(2 * batch, visibleSize);
        hidden = torch.rand(2 * batch, hiddenSize);
        hiddenTransposed = hidden.t();
        data = visible.narrow(0, 0, batch);
        chain = visible.narrow(0, batch, batch);
        positive = hidden.narrow(0, 0, batch);
        negative = hidden.narrow(0, batch, batch);
        sample = torch.rand(batch, hiddenSize);
        gradient = torch.zeros(hiddenSize, visibleSize);
    }

    /// <summary>Rows a second, over as many steps as fill the time.</summary>
    public double Measure(TimeSpan time)
    {
        using var noGrad = torch.no_grad();
        var start = Stopwatch.GetTimestamp();
        var done = 0;
        TimeSpan elapsed;
        do
        {
            Step();
            done++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < time);
        return done * (long)batch / elapsed.TotalSeconds;
    }

    private void Step()
    {
        Product(positive, data, weightTransposed);
        for (var i = 0; i < steps; i++)
        {
            Product(chain, sample, weight);
            Product(negative, chain, weightTransposed);
        }

        Product(gradient, hiddenTransposed, visible);
    }

    private static void Product(Tensor into, Tensor left, Tensor right) => _ = into.addmm_(left, right, beta: 0, alpha: 1);
}
