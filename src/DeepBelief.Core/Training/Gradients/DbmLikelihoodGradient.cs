using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of the variational bound of a <see cref="Dbm"/>: that of the RBM of its halves, whose rows of data are v and what
/// mean-field inference expects of the other even layers.
/// </summary>
internal sealed class DbmLikelihoodGradient : LikelihoodGradient
{
    private readonly Dbm model;
    private readonly MeanField meanField;
    private readonly DbmHalves halves;
    private readonly RbmLikelihoodGradient gradient;
    private readonly InferredVariance? variance;
    private Tensor? visible;

    /// <param name="model">The machine.</param>
    /// <param name="halves">It as an RBM; owned by the caller.</param>
    /// <param name="sampler">Draws states of the even layers; owned by the caller.</param>
    /// <param name="options">The options.</param>
    /// <param name="sample">Rows of the even layers, whose means initialize some changes.</param>
    public DbmLikelihoodGradient(Dbm model, DbmHalves halves, NegativeSampler sampler, DbmTrainingOptions options, Tensor sample)
    {
        (this.model, this.halves, meanField) = (model, halves, options.MeanField);
        variance = InferredVariance.Applies(model) ? new InferredVariance(model) : null;
        gradient = new RbmLikelihoodGradient(halves.Rbm, sampler, options, sample, raw: null, variance, halves);
    }

    public override IReadOnlyDictionary<string, Tensor> State => gradient.State;

    public override IEnumerable<Tensor> SharedState => gradient.SharedState;

    public override RankExchange? Ranks => gradient.Ranks;

    public override bool CanKeep => halves.SharesWeights && gradient.CanKeep;

    public override StandardizedSteps? Steps => gradient.Steps;

    public override Tensor Begin(long rows)
    {
        if (halves.SharesWeights)
            return gradient.Begin(rows);
        if (visible is null || visible.shape[0] != rows)
        {
            visible?.Dispose();
            visible = torch.empty(rows, model.VisibleSize, halves.Rbm.Weight.dtype, halves.Rbm.Weight.device).DetachFromDisposeScope();
        }

        return visible;
    }

    public override void Compute(double keep = 0, Tensor? weights = null, double share = 1)
    {
        if (halves.SharesWeights)
        {
            gradient.Compute(keep, weights, share);
            return;
        }

        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            halves.Pull();
            var inference = MeanFieldInference.Run(model, visible!, meanField);
            _ = gradient.Begin(visible!.shape[0]).copy_(torch.cat([visible, .. DbmHalves.EvenHidden(inference.Means)], 1));
            if (variance is not null)
                (variance.Inference, variance.Weights) = (inference, weights);
            gradient.Compute(0, weights, share);
            halves.Push(values: false, gradients: true);
        }
    }

    public override void Dispose()
    {
        gradient.Dispose();
        visible?.Dispose();
    }
}
