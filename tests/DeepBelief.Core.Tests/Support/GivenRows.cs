using DeepBelief.Sampling;

namespace DeepBelief.Tests.Support;

/// <summary>A negative phase whose rows are given.</summary>
internal sealed record GivenRows(Tensor Rows) : NegativePhase(1)
{
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator) => new Sampler(Rows);

    private sealed class Sampler(Tensor rows) : NegativeSampler
    {
        public override Tensor Sample(Tensor batch) => rows.alias();
    }
}
