using System.Diagnostics;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The matrix products that a step of CD-k or PCD-k can't do without, and nothing else, into buffers that are kept:
/// hidden units given the data, k times down and up again, and both halves of the weights' gradient in one. Where the
/// model has as many rows as the data, they are 2(2k+3)·batch·visible·hidden floating-point operations.
/// </summary>
internal sealed class CeilingProducts
{
    // A GPU is asked whether it is done no more often than that.
    private const int StepsAtOnce = 16;

    private readonly Device device;
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
    /// <param name="batch">Rows of data a step.</param>
    /// <param name="visibleSize">Number of visible units.</param>
    /// <param name="hiddenSize">Number of hidden units.</param>
    /// <param name="steps">k.</param>
    /// <param name="chains">Rows of the model a step; as many as rows of data if null.</param>
    /// <param name="device">Where the products are done; the CPU if null.</param>
    /// <param name="dtype">Their element type.</param>
    public CeilingProducts(int batch, long visibleSize, long hiddenSize, int steps, int? chains = null, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        this.device = device ?? torch.CPU;
        var rows = chains ?? batch;
        this.batch = batch;
        this.steps = steps;
        weight = Random(hiddenSize, visibleSize).mul_(0.01);
        weightTransposed = weight.t();
        visible = Random(batch + rows, visibleSize);
        hidden = Random(batch + rows, hiddenSize);
        hiddenTransposed = hidden.t();
        data = visible.narrow(0, 0, batch);
        chain = visible.narrow(0, batch, rows);
        positive = hidden.narrow(0, 0, batch);
        negative = hidden.narrow(0, batch, rows);
        sample = Random(rows, hiddenSize);
        gradient = torch.zeros_like(weight);

        Tensor Random(long count, long size) => torch.rand(count, size, dtype, this.device);
    }

    /// <summary>Rows a second, over as many steps as fill the time.</summary>
    public double Measure(TimeSpan time)
    {
        using var noGrad = torch.no_grad();
        var isCuda = device.type == DeviceType.CUDA;
        var atOnce = isCuda ? StepsAtOnce : 1;
        var start = Stopwatch.GetTimestamp();
        var done = 0;
        TimeSpan elapsed;
        do
        {
            for (var step = 0; step < atOnce; step++)
                Step();
            if (isCuda)
                torch.cuda.synchronize(device);
            done += atOnce;
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
