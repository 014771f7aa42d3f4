using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Units of which only the support is known, as a user's own may have it.</summary>
internal sealed class Supported(long size, UnitSupport support) : UnitLayer("test.supported", size)
{
    public override UnitSupport Support => support;

    public override Tensor Energy(Tensor states) => throw new NotSupportedException();

    public override Tensor CumulantGenerator(Tensor inputs) => throw new NotSupportedException();

    public override Tensor Mean(Tensor inputs) => throw new NotSupportedException();

    public override Tensor Variance(Tensor inputs) => throw new NotSupportedException();

    public override Tensor Sample(Tensor inputs, Generator? generator = null) => throw new NotSupportedException();

    public override void AccumulateEnergyGradient(Tensor states, double scale) => throw new NotSupportedException();

    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => throw new NotSupportedException();

    public override void InitializeFromData(Tensor data) => throw new NotSupportedException();
}
