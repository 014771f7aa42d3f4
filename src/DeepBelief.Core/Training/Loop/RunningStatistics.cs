using TorchSharp.Modules;

namespace DeepBelief.Training;

/// <summary>The means and variances that batch normalization collects beside a network's parameters.</summary>
internal sealed class RunningStatistics(torch.nn.Module network)
{
    private readonly NormBase[] collecting = [.. network.modules().OfType<NormBase>().Where(norm => norm.running_mean is not null)];

    /// <summary>Means and variances: always the same tensors.</summary>
    public IReadOnlyList<Tensor> Tensors => [.. collecting.SelectMany(norm => new[] { norm.running_mean!, norm.running_var! })];

    /// <summary>
    /// Lets modules in evaluation mode normalize by the batch, as in training, without collecting anything; what is returned ends it. Null
    /// if there is nothing to do: a single row has no variance.
    /// </summary>
    public IDisposable? Hold(long rows) => collecting.Length == 0 || rows < 2 ? null : new Held(collecting);

    private sealed class Held : IDisposable
    {
        private readonly (NormBase Norm, bool Training, double? Momentum, Tensor Count)[] before;

        public Held(NormBase[] collecting)
        {
            before = [.. collecting.Select(norm => (norm, norm.training, norm.momentum, norm.num_batches_tracked!.clone()))];
            foreach (var norm in collecting)
            {
                norm.train();
                norm.momentum = 0;
            }
        }

        public void Dispose()
        {
            foreach (var (norm, training, momentum, count) in before)
            {
                norm.train(training);
                norm.momentum = momentum;
                _ = norm.num_batches_tracked!.copy_(count);
                count.Dispose();
            }
        }
    }
}
