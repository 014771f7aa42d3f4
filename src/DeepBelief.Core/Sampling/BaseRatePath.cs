using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// Distributions between a base-rate model of independent units and an RBM, for inverse temperatures β in [0, 1] and fields a
/// and d: p_β(v, h) ∝ exp(-E_v(v) - E_h(h) + (1 - β) (a·v + d·h) + β h W vᵀ).
/// </summary>
/// <remarks>
/// <para>p_1 is the RBM. In p_0 all units are independent, the means are E[v | a] and E[h | d], and log Z is Γ_v(a) + Γ_h(d).
/// In between, log p*_β(v) = -E_v(v) + (1 - β) a·v + Γ_h(d + β (v Wᵀ - d)), and both conditionals are those of the layers,
/// with inputs d + β (v Wᵀ - d) and β h W + (1 - β) a; so it works for every kind of unit.</para>
/// <para>This is the path of Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks",
/// section 4, with b + a as the base-rate model's visible biases, except for the hidden biases: theirs grow with β from
/// zero, here they start at the hidden units' means on the data. A trained RBM's hidden biases often cancel the inputs from
/// the mean image; either alone would saturate the units for most of the path.</para>
/// <para>β is one number, or one per row, <c>[rows, 1]</c>. Nothing is read back to the host.</para>
/// </remarks>
internal sealed class BaseRatePath : IDisposable
{
    private const long BlockRows = 1000;

    private readonly Rbm model;
    private readonly Tensor weight;
    private readonly Tensor transposed;
    private readonly Tensor fieldVector;

    /// <summary>Creates a path from the means of data, <c>[rows, visible]</c>, in both layers; null uses zero fields.</summary>
    public BaseRatePath(Rbm model, Tensor? data)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        weight = model.Weight.detach().DetachFromDisposeScope();
        transposed = weight.t().DetachFromDisposeScope();
        Field = (data is null ? Zeros(VisibleSize) : BaseRateField.Solve(model.Visible, ColumnSums.Mean(data))).DetachFromDisposeScope();
        HiddenField = (data is null ? Zeros(HiddenSize) : BaseRateField.Solve(model.Hidden, HiddenMean(data))).DetachFromDisposeScope();
        fieldVector = Field.squeeze(0).DetachFromDisposeScope();
    }

    /// <summary>a, <c>[1, visible]</c>.</summary>
    public Tensor Field { get; }

    /// <summary>d, <c>[1, hidden]</c>.</summary>
    public Tensor HiddenField { get; }

    public long VisibleSize => model.Visible.Size;

    public long HiddenSize => model.Hidden.Size;

    /// <summary>log Z of p_0.</summary>
    public double BaseLogPartition()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return model.Visible.CumulantGenerator(Field).Number() + model.Hidden.CumulantGenerator(HiddenField).Number();
    }

    /// <summary>Draws v from p_0 into <c>[rows, visible]</c>.</summary>
    public void SampleBase(Tensor visible, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        _ = visible.copy_(Field.expand_as(visible));
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <summary>Writes v Wᵀ - d to the couplings, <c>[rows, hidden]</c>.</summary>
    public void Couple(Tensor visible, Tensor couplings) => _ = couplings.addmm_(visible, transposed, beta: 0).sub_(HiddenField);

    /// <summary>Draws h from p_β(h | v), with v given by its couplings; overwrites these with the hidden inputs.</summary>
    public void SampleHidden(Tensor couplings, Tensor hidden, double beta, Generator? generator)
    {
        _ = couplings.Scale(beta).Add(HiddenField);
        model.Hidden.Activate(couplings, null, hidden, generator);
    }

    /// <inheritdoc cref="SampleHidden(Tensor, Tensor, double, Generator?)"/>
    public void SampleHidden(Tensor couplings, Tensor hidden, Tensor beta, Generator? generator)
    {
        _ = couplings.mul_(beta).Add(HiddenField);
        model.Hidden.Activate(couplings, null, hidden, generator);
    }

    /// <summary>Draws v from p_β(v | h).</summary>
    public void SampleVisible(Tensor hidden, Tensor visible, double beta, Generator? generator)
    {
        _ = visible.addmm_(hidden, weight, beta: 0).Scale(beta).Add(Field, 1 - beta);
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <inheritdoc cref="SampleVisible(Tensor, Tensor, double, Generator?)"/>
    public void SampleVisible(Tensor hidden, Tensor visible, Tensor beta, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        _ = visible.addmm_(hidden, weight, beta: 0);
        _ = visible.mul_(beta).AddProduct(OneMinus(beta), Field);
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <summary>Unnormalised log p*_β(v), <c>[rows]</c>, from v and its couplings; β: <c>[rows, 1]</c> or <c>[1, 1]</c>.</summary>
    public Tensor LogProbability(Tensor visible, Tensor couplings, Tensor beta)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var own = OneMinus(beta).squeeze(1) * visible.mv(fieldVector) - model.Visible.Energy(visible);
        return own.Plus(model.Hidden.CumulantGenerator((couplings * beta).Plus(HiddenField))).MoveToOuterDisposeScope();
    }

    /// <summary>Adds log p*_to(v) - log p*_from(v), from v and its couplings, to float64 row totals.</summary>
    public void AddLogRatio(Tensor visible, Tensor couplings, double from, double to, Tensor totals)
    {
        using var scope = torch.NewDisposeScope();
        _ = totals.Add(visible.mv(fieldVector), from - to);
        model.Hidden.AddCumulantDifference(couplings, from, to, totals, HiddenField);
    }

    public void Dispose()
    {
        fieldVector.Dispose();
        HiddenField.Dispose();
        Field.Dispose();
        transposed.Dispose();
        weight.Dispose();
    }

    /// <summary>The mean of E[h | v] over rows, <c>[hidden]</c>, in blocks, as all rows' hidden units may not fit in memory.</summary>
    private Tensor HiddenMean(Tensor data)
    {
        var sum = torch.zeros(HiddenSize, weight.dtype, weight.device);
        foreach (var block in data.split(BlockRows))
        {
            using var scope = torch.NewDisposeScope();
            _ = sum.Add(model.Hidden.Mean(block.mm(transposed)).sum(dim: 0));
        }

        return sum.Over(data.shape[0]);
    }

    private Tensor Zeros(long columns) => torch.zeros(1, columns, weight.dtype, weight.device);
}
