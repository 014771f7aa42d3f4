using DeepBelief.Sampling;

namespace DeepBelief.Distributed.Tests.Support;

/// <summary>Contrastive divergence whose noise depends on the row alone, so that it does not matter where the row is drawn.</summary>
internal sealed record GivenNoise() : NegativePhase(1)
{
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator) => new Sampler((Rbm)model);

    private sealed class Sampler(Rbm rbm) : NegativeSampler
    {
        public override Tensor Sample(Tensor batch)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var hidden = rbm.HiddenMean(batch).gt(Noise(batch, rbm.HiddenSize, 12.9898)).to(batch.dtype);
            return rbm.VisibleMean(hidden).gt(Noise(batch, rbm.VisibleSize, 78.233)).to(batch.dtype).MoveToOuterDisposeScope();
        }

        // Numbers in [0, 1) of a row's own.
        private static Tensor Noise(Tensor rows, long columns, double factor)
        {
            var key = rows.to(ScalarType.Float64).mv(torch.arange(1, rows.shape[1] + 1, dtype: ScalarType.Float64).sqrt());
            var angles = key.unsqueeze(1) + (torch.arange(1, columns + 1, dtype: ScalarType.Float64) * factor);
            return (angles.sin() * 43758.5453).frac().abs().to(rows.dtype);
        }
    }
}

/// <summary>The same rows of the model at every update, on all ranks, which leaves the positive phase.</summary>
internal sealed record GivenChains() : NegativePhase(1)
{
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator) => new Sampler(model.VisibleSize, data);

    private sealed class Sampler(long columns, Tensor data) : NegativeSampler
    {
        public override Tensor Sample(Tensor batch) => (torch.arange(0, 3 * columns, dtype: data.dtype).reshape(3, columns) % 3).gt(0).to(data.dtype);
    }
}

/// <summary>Contrastive divergence that tells what numbers its generator begins with.</summary>
internal sealed record TellsNumbers(Action<float[]> Tell) : NegativePhase(1)
{
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
    {
        using var numbers = torch.rand(4, ScalarType.Float32, torch.CPU, generator: generator);
        Tell(numbers.data<float>().ToArray());
        return new ContrastiveDivergence().CreateSampler(model, data, generator);
    }
}
