using System.Diagnostics;

namespace DeepBelief.Benchmarks.Training;

/// <summary>
/// The matrix products that a step of CD-k or PCD-k can't do without, and nothing else, into buffers that are kept:
/// hidden units given the data, k times down and up again, and both halves of the weights' gradient in one. Where the
/// model has as many rows as the data, they are 2(2k+3)·batch·visible·hidden floating-point operations.
/// </summary>
/// <remarks>
/// Alone, they find in the cache what a step has to fetch. So that their operands are as cold as there, <see cref="MeasureCold"/> has
/// torch's operators go over the same memory in between, in place, and does not time these.
/// </remarks>
internal sealed class CeilingProducts
{
    // A GPU is asked whether it is done no more often than that.
    private const int StepsAtOnce = 16;

    // More than a cache keeps for one core.
    private const int BatchesOfData = 16;
    private const double LearningRate = 1e-9;

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
    private readonly Tensor source;

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
        source = Random(BatchesOfData * batch, visibleSize);

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

    /// <summary>The same on the CPU, of the time that products take whose operands are as cold as in a step.</summary>
    public double MeasureCold(TimeSpan time)
    {
        using var noGrad = torch.no_grad();
        using var rate = LearningRate.ToScalar();
        var elapsed = TimeSpan.Zero;
        var done = 0;
        for (; elapsed < time; done++)
        {
            using (var rows = source.narrow(0, done % BatchesOfData * batch, batch))
                _ = data.copy_(rows);
            elapsed += Timed(positive, data, weightTransposed);
            Draw(positive);
            for (var i = 0; i < steps; i++)
            {
                Draw(sample);
                elapsed += Timed(chain, sample, weight);
                Draw(chain);
                elapsed += Timed(negative, chain, weightTransposed);
                Draw(negative);
            }

            elapsed += Timed(gradient, hiddenTransposed, visible);
            _ = weight.add_(gradient, rate);
        }

        return done * (long)batch / elapsed.TotalSeconds;

        // Reads and writes what units do that are drawn.
        static void Draw(Tensor inputs) => _ = inputs.sigmoid_();

        static TimeSpan Timed(Tensor into, Tensor left, Tensor right)
        {
            var start = Stopwatch.GetTimestamp();
            Product(into, left, right);
            return Stopwatch.GetElapsedTime(start);
        }
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
