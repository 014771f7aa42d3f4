using DeepBelief.Kernels;

namespace DeepBelief.Sampling;

/// <summary>
/// The distributions between a model of independent units and a machine of two layers, by an inverse temperature β in
/// [0, 1] and a field a: p_β(v, h) ∝ exp(-E_v(v) - E_h(h) + (1 - β) a·v + β h W vᵀ).
/// </summary>
/// <remarks>
/// <para>p_1 is the machine. In p_0 no unit knows of another, its visible means are E[v | a], and log Z is
/// Γ_v(a) + Γ_h(0). In between, log p*_β(v) = -E_v(v) + (1 - β) a·v + Γ_h(β v Wᵀ), and both conditionals are those of the
/// layers, under the inputs β v Wᵀ and β h W + (1 - β) a; so every kind of unit takes part as it is.</para>
/// <para>This is the path of Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks",
/// section 4, with b + a for the base-rate model's visible biases, but for the hidden biases: they have them grow
/// with β, here they are there from the start, as a layer's energy is its own affair.</para>
/// <para>β is one number, or one for each row, <c>[rows, 1]</c>. Nothing is read back to the host.</para>
/// </remarks>
internal sealed class BaseRatePath : IDisposable
{
    private readonly ILayeredModel model;
    private readonly Tensor weight;
    private readonly Tensor transposed;
    private readonly Tensor fieldVector;

    /// <summary>Makes a path.</summary>
    /// <param name="model">The machine.</param>
    /// <param name="mean">The visible means of p_0, those of data, <c>[visible]</c>; with null, those of the visible layer without inputs.</param>
    public BaseRatePath(ILayeredModel model, Tensor? mean)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        weight = model.Weight.detach().DetachFromDisposeScope();
        transposed = weight.t().DetachFromDisposeScope();
        Field = (mean is null ? Zeros(model.Visible.Size) : BaseRateField.Solve(model.Visible, mean)).DetachFromDisposeScope();
        fieldVector = Field.squeeze(0).DetachFromDisposeScope();
    }

    /// <summary>a, <c>[1, visible]</c>.</summary>
    public Tensor Field { get; }

    /// <summary>Number of hidden units.</summary>
    public long HiddenSize => model.Hidden.Size;

    /// <summary>log Z of p_0.</summary>
    public double BaseLogPartition()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return model.Visible.CumulantGenerator(Field).ToDouble() + model.Hidden.CumulantGenerator(Zeros(model.Hidden.Size)).ToDouble();
    }

    /// <summary>Draws v from p_0.</summary>
    /// <param name="visible">Takes v, <c>[rows, visible]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    public void SampleBase(Tensor visible, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        _ = visible.copy_(Field.expand_as(visible));
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <summary>v Wᵀ.</summary>
    /// <param name="visible">v, <c>[rows, visible]</c>.</param>
    /// <param name="couplings">Takes v Wᵀ, <c>[rows, hidden]</c>.</param>
    public void Couple(Tensor visible, Tensor couplings) => _ = couplings.addmm_(visible, transposed, beta: 0);

    /// <summary>Draws h from p_β(h | v).</summary>
    /// <param name="couplings">v Wᵀ, <c>[rows, hidden]</c>; afterwards multiplied by β.</param>
    /// <param name="hidden">Takes h, <c>[rows, hidden]</c>.</param>
    /// <param name="beta">β.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    public void SampleHidden(Tensor couplings, Tensor hidden, double beta, Generator? generator)
    {
        Multiple.Take(couplings, beta);
        model.Hidden.Activate(couplings, null, hidden, generator);
    }

    /// <inheritdoc cref="SampleHidden(Tensor, Tensor, double, Generator?)"/>
    public void SampleHidden(Tensor couplings, Tensor hidden, Tensor beta, Generator? generator)
    {
        _ = couplings.mul_(beta);
        model.Hidden.Activate(couplings, null, hidden, generator);
    }

    /// <summary>Draws v from p_β(v | h).</summary>
    /// <param name="hidden">h, <c>[rows, hidden]</c>.</param>
    /// <param name="visible">Takes v, <c>[rows, visible]</c>.</param>
    /// <param name="beta">β.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    public void SampleVisible(Tensor hidden, Tensor visible, double beta, Generator? generator)
    {
        _ = visible.addmm_(hidden, weight, beta: 0);
        Multiple.Take(visible, beta);
        _ = visible.add_(Field, alpha: 1 - beta);
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <inheritdoc cref="SampleVisible(Tensor, Tensor, double, Generator?)"/>
    public void SampleVisible(Tensor hidden, Tensor visible, Tensor beta, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        _ = visible.addmm_(hidden, weight, beta: 0);
        _ = visible.mul_(beta).addcmul_(1 - beta, Field, 1);
        model.Visible.Activate(visible, null, visible, generator);
    }

    /// <summary>log p*_β(v), that is, without log Z.</summary>
    /// <param name="visible">v, <c>[rows, visible]</c>.</param>
    /// <param name="couplings">v Wᵀ, <c>[rows, hidden]</c>.</param>
    /// <param name="beta">β, <c>[rows, 1]</c> or <c>[1, 1]</c>.</param>
    /// <returns><c>[rows]</c>, in the model's element type.</returns>
    public Tensor LogProbability(Tensor visible, Tensor couplings, Tensor beta)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var own = (1 - beta).squeeze(1) * visible.mv(fieldVector) - model.Visible.Energy(visible);
        return (own + model.Hidden.CumulantGenerator(couplings * beta)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds log p*_to(v) - log p*_from(v) to a total of each row.</summary>
    /// <param name="visible">v, <c>[rows, visible]</c>.</param>
    /// <param name="couplings">v Wᵀ, <c>[rows, hidden]</c>.</param>
    /// <param name="from">The one β.</param>
    /// <param name="to">The other.</param>
    /// <param name="totals">What is added to, <c>[rows]</c>, in float64.</param>
    public void AddLogRatio(Tensor visible, Tensor couplings, double from, double to, Tensor totals)
    {
        using var scope = torch.NewDisposeScope();
        _ = totals.add_(visible.mv(fieldVector), alpha: from - to);
        model.Hidden.AddCumulantDifference(couplings, from, to, totals);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        fieldVector.Dispose();
        Field.Dispose();
        transposed.Dispose();
        weight.Dispose();
    }

    private Tensor Zeros(long columns) => torch.zeros(1, columns, weight.dtype, weight.device);
}
