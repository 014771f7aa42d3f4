namespace DeepBelief.Tests.Support;

/// <summary>A machine as a model that the library knows nothing of but the interface.</summary>
internal sealed class Wrapped(Rbm rbm) : IEnergyModel
{
    public long VisibleSize => rbm.VisibleSize;

    public DeepBelief.Units.UnitSupport VisibleSupport => rbm.VisibleSupport;

    public IEnumerable<Parameter> parameters(bool recurse = true) => rbm.parameters(recurse);

    public Tensor FreeEnergy(Tensor visible) => rbm.FreeEnergy(visible);

    public Tensor Transition(Tensor visible, Generator? generator = null) => rbm.Transition(visible, generator);
}
