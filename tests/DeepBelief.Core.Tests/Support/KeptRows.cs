using DeepBelief.Sampling;

namespace DeepBelief.Tests.Support;

/// <summary>A negative phase of the rows that it starts at.</summary>
internal sealed record KeptRows() : NegativePhase(1)
{
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator) => new GivenRows(data).CreateSampler(model, data, generator);
}
