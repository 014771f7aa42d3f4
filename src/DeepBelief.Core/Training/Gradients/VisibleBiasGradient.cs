using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Slows the biases of Gaussian visible units that are much narrower than their data. Their gradient is the difference of two
/// means over rows of variance Var(v), which <see cref="StandardizedSteps"/> divides by σ: with modes many σ apart it is as large
/// as σ if a few more rows of the model than of the data are in one mode, and the step would change the modes' odds by nats.
/// </summary>
/// <remarks>
/// The factor σ²/Var(v) is the inverse of the bias's Fisher information, Var(v)/σ⁴, in units of σ²: a natural gradient (Amari
/// 1998). Twice as much, at most 1, as units begin with half of the data's variance.
/// </remarks>
internal sealed class VisibleBiasGradient : GradientChange
{
    private readonly Rbm rbm;
    private readonly Tensor halfVariances; // of the data, [columns]

    /// <param name="rbm">The RBM.</param>
    /// <param name="sample">Rows of data, <c>[rows, columns]</c>, of the first visible units if not of all.</param>
    public VisibleBiasGradient(Rbm rbm, Tensor sample)
    {
        this.rbm = rbm;
        using var scope = torch.NewDisposeScope();
        halfVariances = sample.var(0, unbiased: false).Times(0.5).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["half_data_variances"] = halfVariances };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (part, start) in SharedInputs.Parts(rbm.Visible).TakeWhile(columns => columns.Start < halfVariances.shape[0]))
        {
            if (part is GaussianUnits { Bias.grad: { } gradient } units)
                _ = gradient.mul_((units.Variances! / halfVariances.narrow(0, start, part.Size)).AtMost(1));
        }
    }
}
