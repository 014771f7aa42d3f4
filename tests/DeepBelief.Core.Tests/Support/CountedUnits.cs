using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Bernoulli units that note how they are used; their support counts how often it is asked.</summary>
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

    /// <summary>The greatest number of rows whose means were computed at once.</summary>
    public long MostRows { get; private set; }

    /// <summary>Runs when somebody asks for the number of states.</summary>
    public Action? OnCount { get; init; }

    public override double StateCount
    {
        get
        {
            OnCount?.Invoke();
            return base.StateCount;
        }
    }

    public override UnitSupport Support => support;

    public override Tensor Energy(Tensor states) => units.Energy(states);

    public override Tensor CumulantGenerator(Tensor inputs) => units.CumulantGenerator(inputs);

    public override Tensor Mean(Tensor inputs)
    {
        MostRows = Math.Max(MostRows, inputs.shape[0]);
        return units.Mean(inputs);
    }

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
