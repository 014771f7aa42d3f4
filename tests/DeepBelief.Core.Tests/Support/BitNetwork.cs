using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>A network with random weights as the free energy of bits, in float64, known by the bare interface.</summary>
internal sealed class BitNetwork : torch.nn.Module, IEnergyModel
{
    private readonly torch.nn.Module<Tensor, Tensor> network;

    public BitNetwork(long size, long seed = 1)
        : base(nameof(BitNetwork))
    {
        VisibleSize = size;
        network = torch.nn.Sequential(("0", torch.nn.Linear(size, 20)), ("1", torch.nn.Tanh()), ("2", torch.nn.Linear(20, 1)));
        RegisterComponents();
        _ = this.to(ScalarType.Float64);
        Make.Randomise(this, seed, 1.2);
    }

    public long VisibleSize { get; }

    public UnitSupport VisibleSupport => UnitSupport.Binary;

    public Tensor FreeEnergy(Tensor visible)
    {
        using var scope = torch.NewDisposeScope();
        return network.call(visible).squeeze(1).MoveToOuterDisposeScope();
    }

    public Tensor Transition(Tensor visible, Generator? generator = null) => throw new NotSupportedException("Expected an estimate that needs no steps of the model.");
}
