using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>A free energy, of real numbers unless a support says otherwise, given as a function and known by the bare interface, in float64.</summary>
internal sealed class Density : torch.nn.Module, IEnergyModel
{
    private readonly Parameter offset = new(torch.zeros(1, ScalarType.Float64));
    private readonly Func<Tensor, Tensor> freeEnergy;

    public Density(long size, Func<Tensor, Tensor> freeEnergy, UnitSupport? support = null)
        : base(nameof(Density))
    {
        (VisibleSize, VisibleSupport, this.freeEnergy) = (size, support ?? UnitSupport.Real, freeEnergy);
        RegisterComponents();
    }

    public long VisibleSize { get; }

    public UnitSupport VisibleSupport { get; }

    public Tensor FreeEnergy(Tensor visible) => freeEnergy(visible) + offset.detach();

    public Tensor Transition(Tensor visible, Generator? generator = null) => throw new NotSupportedException("Expected an estimate that needs no steps of the model.");
}
