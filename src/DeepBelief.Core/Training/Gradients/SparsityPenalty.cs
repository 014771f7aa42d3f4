using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Adds the gradient of the penalty of <see cref="SparsityOptions"/>.</summary>
internal sealed class SparsityPenalty : GradientChange
{
    private readonly Rbm rbm;
    private readonly RbmPhases phases;
    private readonly SparsityOptions options;
    private readonly Tensor activity; // q, the moving mean of E[h | v]

    /// <param name="rbm">An RBM with binary hidden units.</param>
    /// <param name="phases">The rows of the update.</param>
    /// <param name="options">The target, cost and decay.</param>
    /// <param name="hiddenMean">Initial moving mean, <c>[hidden]</c>.</param>
    public SparsityPenalty(Rbm rbm, RbmPhases phases, SparsityOptions options, Tensor hiddenMean)
    {
        (this.rbm, this.phases, this.options) = (rbm, phases, options);
        activity = hiddenMean.clone().DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["activity"] = activity };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _ = activity.Scale(options.Decay).Add(ColumnSums.Mean(phases.Data.HiddenMeans), 1 - options.Decay);
        var byInput = activity.Minus(options.Target).Times(options.Cost);
        SharedInputs.AddGradient(rbm.Hidden, byInput);
        _ = Gradients.Of(rbm.Weight)?.addr_(byInput, ColumnSums.Mean(phases.Data.Visible));
    }
}
