using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Bernoulli units whose support counts how often it is asked.</summary>
internal sealed class CountedUnits : UnitLayer
{
    private readonly BernoulliUnits units;
    private readonly CountingSupport support = new();

    public CountedUnits(long size)
        : base("counted", size)
    {
        units = new BernoulliUnits(size);
        RegisterComponents();
    }

    public int Checks => support.Checks;

    public override UnitSupport Support => support;

    public override Tensor Energy(Tensor states) => units.Energy(states);

    public override Tensor CumulantGenerator(Tensor inputs) => units.CumulantGenerator(inputs);

    public override Tensor Mean(Tensor inputs) => units.Mean(inputs);

    public override Tensor Variance(Tensor inputs) => units.Variance(inputs);

    public override Tensor Sample(Tensor inputs, Generator? generator = null) => units.Sample(inputs, generator);

    public override void AccumulateEnergyGradient(Tensor states, double scale) => units.AccumulateEnergyGradient(states, scale);

    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => units.AccumulateCumulantGradient(inputs, means, scale);

    public override void InitializeFromData(Tensor data) => units.InitializeFromData(data);

    private sealed class CountingSupport() : UnitSupport("Counted")
    {
        public int Checks { get; private set; }

        public override string? Fault(Tensor rows)
        {
            Checks++;
            return Binary.Fault(rows);
        }
    }
}
