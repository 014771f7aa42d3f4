using System.Diagnostics;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>The loop over batches: it does not wait for the device, and what it allocates it lets go.</summary>
internal static class LoopChecks
{
    // 41 batches an epoch, so that the check of the parameters, after every 32nd, is among what is watched.
    private const int RowsPerKind = 109;
    private const int BatchSize = 8;
    private const int Batches = 41;

    private const int CheckedBatch = 32;

    // A GPU's queue holds about a thousand kernels, and a host that is that far ahead waits, as it should.
    private const int WatchedSteps = 2;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<DeviceCheck> All()
    {
        foreach (var model in ModelCase.Runs)
        {
            yield return Waits(model);
            yield return Tensors(model);
        }

        foreach (var model in ModelCase.Wide)
            yield return Memory(model);
    }

    /// <summary>
    /// Gives the device work for half a second in the middle of an epoch. If the host reads anything back, it comes to the end of
    /// the next updates no sooner than the device is done with that.
    /// </summary>
    private static DeviceCheck Waits(ModelCase model)
        => new($"{model.Name}: no round trip", $"time for {WatchedSteps} updates of the host, part of the time that the device was busy", 0.5, device =>
        {
            var isCuda = device.type == DeviceType.CUDA;
            // In the second epoch: what is allocated once is there by then.
            const int First = Batches + CheckedBatch - 1;
            using var work = new LongWork(device, isCuda ? 8192 : 256);
            long start = 0;
            double? waited = null;
            var watch = new StepWatch(atStep: step =>
            {
                if (step == First)
                {
                    start = Stopwatch.GetTimestamp();
                    work.Begin(isCuda ? Busy : TimeSpan.Zero);
                }
                else if (step == First + WatchedSteps)
                {
                    var host = Stopwatch.GetElapsedTime(start);
                    if (isCuda)
                        torch.cuda.synchronize(device);
                    waited = host / Stopwatch.GetElapsedTime(start);
                }
            });
            Train(model, device, new(2) { Watch = watch });
            // The CPU is done with each operation before it returns.
            return isCuda ? waited ?? double.NaN : waited is null ? double.NaN : null;
        });

    internal static DeviceCheck Tensors(ModelCase model)
        => new($"{model.Name}: tensors alive", "at the 4th epoch more than at the 2nd", 0, device => Growth(model, device, () => DisposeScopeManager.Statistics.ThreadTotalLiveCount));

    // Torch takes a GPU's memory in pieces of 2 MiB or more, so only what a large model leaves behind shows.
    private static DeviceCheck Memory(ModelCase model)
        => new($"{model.Name}: memory of the device", "at the 4th epoch more than at the 2nd, MiB", 1, device => Growth(model, device, () => CudaDriver.UsedMemory(device)));

    private static double? Growth(ModelCase model, Device device, Func<double?> measure)
    {
        double? before = null, after = null;
        var epochs = 0;
        var watch = new StepWatch(atEpoch: epoch =>
        {
            epochs = epoch;
            if (epoch == 2)
                before = measure();
            else if (epoch == 4)
                after = measure();
        });
        Train(model, device, new(4) { Watch = watch });
        return epochs < 4 ? double.NaN : after - before;
    }

    private static void Train(ModelCase model, Device device, RunPlan plan)
    {
        using var created = model.Create();
        _ = created.to(device);
        model.Train(created, LabelledRows.Create(RowsPerKind).To(device), plan with { BatchSize = BatchSize });
    }

    /// <summary>Products that keep a device busy.</summary>
    private sealed class LongWork : IDisposable
    {
        private readonly Tensor factor;
        private readonly Tensor product;
        private readonly TimeSpan each;

        public LongWork(Device device, long size)
        {
            factor = torch.ones(size, size, device: device).mul_(1.0 / size);
            product = torch.empty_like(factor);
            // The first is for what is loaded once.
            for (var i = 0; i < 2; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Multiply();
                if (device.type == DeviceType.CUDA)
                    torch.cuda.synchronize(device);
                each = Stopwatch.GetElapsedTime(start);
            }
        }

        public void Begin(TimeSpan time)
        {
            var count = 1 + (int)Math.Min(200, time / each);
            for (var i = 0; i < count; i++)
                Multiply();
        }

        public void Dispose()
        {
            factor.Dispose();
            product.Dispose();
        }

        private void Multiply()
        {
            using var noGrad = torch.no_grad();
            _ = product.addmm_(factor, factor, beta: 0, alpha: 1);
        }
    }
}
