using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Groups of categories as a user may write them: with no more than a layer must have.</summary>
internal sealed class OwnCategories : UnitLayer
{
    private readonly SoftmaxUnits units;

    public OwnCategories(long groups, long categories)
        : base("own categories", groups * categories)
    {
        units = new SoftmaxUnits(groups, categories);
        Support = UnitSupport.OneOf(categories);
        RegisterComponents();
    }

    public override UnitSupport Support { get; }

    public override Tensor Energy(Tensor states) => units.Energy(states);

    public override Tensor CumulantGenerator(Tensor inputs) => units.CumulantGenerator(inputs);

    public override Tensor Mean(Tensor inputs) => units.Mean(inputs);

    public override Tensor Variance(Tensor inputs) => units.Variance(inputs);

    public override Tensor Sample(Tensor inputs, Generator? generator = null) => units.Sample(inputs, generator);

    public override void AccumulateEnergyGradient(Tensor states, double scale) => units.AccumulateEnergyGradient(states, scale);

    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => units.AccumulateCumulantGradient(inputs, means, scale);

    public override void InitializeFromData(Tensor data) => units.InitializeFromData(data);
}
