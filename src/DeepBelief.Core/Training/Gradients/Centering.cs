using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Replaces the gradient with the one that <see cref="CenteringOptions"/> describes.</summary>
internal sealed class Centering : GradientChange
{
    private readonly Rbm rbm;
    private readonly RbmPhases phases;
    private readonly CenteringOptions options;
    private readonly Tensor visibleOffset; // μ
    private readonly Tensor hiddenOffset; // λ

    /// <summary>Makes the part.</summary>
    /// <param name="rbm">A machine all of whose units have a bias that is trained.</param>
    /// <param name="phases">The rows of the update.</param>
    /// <param name="options">How the offsets move.</param>
    /// <param name="visibleMean">Where μ starts, <c>[visible]</c>.</param>
    /// <param name="hiddenMean">Where λ starts, <c>[hidden]</c>.</param>
    public Centering(Rbm rbm, RbmPhases phases, CenteringOptions options, Tensor visibleMean, Tensor hiddenMean)
    {
        (this.rbm, this.phases, this.options) = (rbm, phases, options);
        visibleOffset = visibleMean.clone().DetachFromDisposeScope();
        hiddenOffset = hiddenMean.clone().DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["visible_offset"] = visibleOffset, ["hidden_offset"] = hiddenOffset };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Move(visibleOffset, ColumnSums.Mean(phases.Data.Visible));
        Move(hiddenOffset, ColumnSums.Mean(phases.Data.HiddenMeans));

        // With (h - λ)(v - μ)ᵀ multiplied out, the centered gradient is the other less two outer products: no sum over rows
        // has to be made again.
        var weight = rbm.Weight.grad!;
        var left = torch.stack([hiddenOffset, SharedInputs.Gradient(rbm.Hidden)], 1);
        var right = torch.stack([SharedInputs.Gradient(rbm.Visible), visibleOffset]);
        _ = weight.addmm_(left, right, alpha: -1);
        SharedInputs.AddGradient(rbm.Visible, weight.t().mv(hiddenOffset).neg());
        SharedInputs.AddGradient(rbm.Hidden, weight.mv(visibleOffset).neg());
    }

    private void Move(Tensor offset, Tensor mean) => _ = offset.Scale(1 - options.SlidingFactor).Add(mean, options.SlidingFactor);
}
