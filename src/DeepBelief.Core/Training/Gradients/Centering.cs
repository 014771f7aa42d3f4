using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Replaces the gradient with the centered gradient of <see cref="CenteringOptions"/>.</summary>
internal sealed class Centering : GradientChange
{
    private readonly Rbm rbm;
    private readonly DataMeans means;
    private readonly CenteringOptions options;
    private readonly double decay;
    private readonly double penalty;
    private readonly Tensor visibleOffset; // μ
    private readonly Tensor hiddenOffset; // λ

    /// <param name="rbm">An RBM whose units all have a trained bias.</param>
    /// <param name="means">The means of the update.</param>
    /// <param name="options">The sliding factor of the offsets.</param>
    /// <param name="training">The options that shrink weights.</param>
    /// <param name="visibleMean">Initial μ, <c>[visible]</c>.</param>
    /// <param name="hiddenMean">Initial λ, <c>[hidden]</c>.</param>
    public Centering(Rbm rbm, DataMeans means, CenteringOptions options, OptimizationOptions training, Tensor visibleMean, Tensor hiddenMean)
    {
        (this.rbm, this.means, this.options) = (rbm, means, options);
        decay = training.Optimizer switch
        {
            SgdSettings sgd => sgd.WeightDecay,
            AdamSettings adam => adam.WeightDecay,
            _ => 0,
        };
        penalty = training.L1Penalty ?? 0;
        visibleOffset = visibleMean.clone().DetachFromDisposeScope();
        hiddenOffset = hiddenMean.clone().DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["visible_offset"] = visibleOffset, ["hidden_offset"] = hiddenOffset };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>The visible offsets μ, <c>[visible]</c>.</summary>
    public Tensor VisibleOffset => visibleOffset;

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Move(visibleOffset, means.Visible);
        Move(hiddenOffset, means.Hidden);

        // Expanding (h - λ)(v - μ)ᵀ gives the ordinary gradient less two outer products, without another sum over rows.
        var weight = rbm.Weight.grad!;
        var left = torch.stack([hiddenOffset, SharedInputs.Gradient(rbm.Hidden)], 1);
        var right = torch.stack([SharedInputs.Gradient(rbm.Visible), visibleOffset]);
        _ = weight.addmm_(left, right, alpha: -1);
        // Biases absorb what the weights' step does to units at their offsets, also the part that shrinks the weights.
        if (decay != 0)
            weight = weight.Plus(DecayingWeights(), decay);
        if (penalty != 0)
            weight = weight.Plus(rbm.Weight.sign(), penalty);
        DbmHalves.ClearFixed(rbm, weight);
        SharedInputs.AddGradient(rbm.Visible, weight.t().mv(Standardized(hiddenOffset, rbm.Hidden)).neg());
        SharedInputs.AddGradient(rbm.Hidden, weight.mv(Standardized(visibleOffset, rbm.Visible)).neg());
    }

    // The offsets as the steps of real-valued units count them, in standard deviations of both the offset and the weight.
    private static Tensor Standardized(Tensor offset, UnitLayer units) => units.Variances is { } scales ? offset / scales : offset;

    // The optimizer shrinks weights in standardised units.
    private Tensor DecayingWeights()
    {
        var weights = rbm.Weight.detach();
        if (rbm.Visible.Variances is { } visible)
            weights = weights * visible;
        return rbm.Hidden.Variances is { } hidden ? weights * hidden.unsqueeze(1) : weights;
    }

    private void Move(Tensor offset, Tensor mean) => _ = offset.Scale(1 - options.SlidingFactor).Add(mean, options.SlidingFactor);
}
