#region usings
using DeepBelief;
using DeepBelief.Tensors;
using DeepBelief.Units;
using TorchSharp.Modules;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

#region model
/// <summary>A Boltzmann machine without hidden units: any two bits are coupled.</summary>
internal sealed class BoltzmannMachine : nn.Module, IConditionalModel
{
    private readonly Parameter bias;
    private readonly Parameter coupling;

    public BoltzmannMachine(long size)
        : base(nameof(BoltzmannMachine))
    {
        (bias, coupling) = (Parameters.Zeros(size), Parameters.Create(zeros(size, size)));
        RegisterComponents();
    }

    public long VisibleSize => bias.shape[0];

    public UnitSupport VisibleSupport => UnitSupport.Binary;

    // Symmetric, and without a unit's coupling with itself.
    private Tensor Pairs => (coupling + coupling.t()) * (1 - eye(VisibleSize));

    public Tensor FreeEnergy(Tensor visible)
        => -visible.mv(bias) - ((visible.mm(Pairs) * visible).sum(1) / 2);

    public Tensor Transition(Tensor visible, Generator? generator = null)
        => ClampedTransition(visible, zeros(1, VisibleSize, ScalarType.Bool), generator);

    // Gibbs sampling, one unit after the other, leaving out those that are held.
    public Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null)
    {
        using var scope = NewDisposeScope();
        var (states, pairs) = (visible.clone(), Pairs);
        for (var i = 0L; i < VisibleSize; i++)
        {
            var unit = states.select(1, i);
            var probability = (states.mv(pairs.select(0, i)) + bias.select(0, i)).sigmoid();
            var drawn = rand(unit.shape, generator: generator).lt(probability).to(unit.dtype);
            _ = unit.copy_(where(clamped.select(1, i), unit, drawn));
        }

        return states.MoveToOuterDisposeScope();
    }
}
#endregion
