using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// An RBM of which a layer, or both, is there several times with the same parameters: what pre-trains two neighbouring layers of a
/// <see cref="Dbm"/>, as copies stand for the layers beyond them (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines", section 3.2).
/// E = Σ E_v(v_i) + Σ E_h(h_j) - (Σ h_j) W (Σ v_i)ᵀ.
/// </summary>
/// <remarks>
/// Rows hold the copies of v side by side. Copies of h need not be whole: of 1.5, the free energy has 1.5 times the part of one. No
/// states stand behind that, so <see cref="Transition"/> draws the half copy by leaving each of its units out half of the time:
/// v has the inputs that it should have on average, but p(v) is left invariant only by whole copies.
/// </remarks>
internal sealed class CopiedRbm(Rbm rbm, int visibleCopies, double hiddenCopies) : IEnergyModel
{
    public long VisibleSize => visibleCopies * rbm.VisibleSize;

    // A composite's support is that of one copy.
    public UnitSupport VisibleSupport => visibleCopies == 1 || rbm.Visible is not CompositeUnits ? rbm.VisibleSupport : UnitSupport.Real;

    public IEnumerable<Parameter> parameters(bool recurse = true) => rbm.parameters(recurse);

    /// <summary>Rows of one copy as rows of all.</summary>
    public Tensor Copy(Tensor rows) => visibleCopies == 1 ? rows.alias() : rows.repeat(1, visibleCopies);

    /// <summary>E[h | every copy of v is the same].</summary>
    public Tensor HiddenMean(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return rbm.Hidden.Mean(rows.mm(rbm.Weight.t()).Times(visibleCopies)).MoveToOuterDisposeScope();
    }

    public Tensor FreeEnergy(Tensor visible)
    {
        using var scope = torch.NewDisposeScope();
        var energies = Copies(visible).Select(rbm.Visible.Energy).Aggregate((a, b) => a.Plus(b));
        return (energies - rbm.Hidden.CumulantGenerator(HiddenInputs(visible)).Times(hiddenCopies)).MoveToOuterDisposeScope();
    }

    public Tensor Transition(Tensor visible, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var inputs = HiddenInputs(visible);
        var (whole, part) = ((int)hiddenCopies, hiddenCopies % 1);
        var hidden = Draw(whole, () => rbm.Hidden.Sample(inputs, generator)).Aggregate((a, b) => a.Plus(b));
        if (part > 0)
        {
            var isThere = torch.rand(inputs.shape, inputs.dtype, inputs.device, generator: generator).IsBelow(part);
            hidden = hidden.Plus(rbm.Hidden.Sample(inputs, generator) * isThere.to(inputs.dtype));
        }

        var down = hidden.mm(rbm.Weight);
        return torch.cat([.. Draw(visibleCopies, () => rbm.Visible.Sample(down, generator))], 1).MoveToOuterDisposeScope();
    }

    public Tensor Reconstruct(Tensor visible, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Copy(rbm.Visible.Mean(rbm.Hidden.Mean(HiddenInputs(visible)).Times(hiddenCopies).mm(rbm.Weight))).MoveToOuterDisposeScope();
    }

    public void InitializeFromData(Tensor data) => rbm.InitializeFromData(data.narrow(1, 0, rbm.VisibleSize));

    private Tensor[] Copies(Tensor visible) => visible.chunk(visibleCopies, 1);

    private Tensor HiddenInputs(Tensor visible) => Copies(visible).Aggregate((a, b) => a.Plus(b)).mm(rbm.Weight.t());

    private static Tensor[] Draw(int copies, Func<Tensor> sample) => [.. Enumerable.Range(0, copies).Select(_ => sample())];
}
