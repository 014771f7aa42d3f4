using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The gradient of any model, by its <see cref="IEnergyModel.AccumulateGradient"/>.</summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Draws the rows of the model; owned by the caller.</param>
/// <param name="arePaired">True if each row of the model comes from one of the batch, and so has its weight.</param>
/// <param name="ranks">What the ranks of a group tell each other, owned; null for a process alone.</param>
internal sealed class AutogradLikelihoodGradient(IEnergyModel model, NegativeSampler sampler, bool arePaired, RankExchange? ranks) : LikelihoodGradient
{
    private Tensor? data;

    public override IReadOnlyDictionary<string, Tensor> State => sampler.State;

    public override RankExchange? Ranks => ranks;

    public override Tensor Begin(long rows)
    {
        if (data is not null && data.shape[0] == rows)
            return data;
        data?.Dispose();
        var like = model.Representative();
        data = torch.empty(rows, model.VisibleSize, like.dtype, like.device).DetachFromDisposeScope();
        return data;
    }

    public override void Compute(double keep = 0, Tensor? weights = null, double share = 1)
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Clear(model.parameters());
        var rows = sampler.Sample(data!);
        if (weights is null)
            model.AccumulateGradient(data!, rows);
        else
            AutogradGradient.Accumulate(model, data!, rows, weights, arePaired ? weights : weights.mean());
        ranks?.Average(share);
    }

    public override void Dispose()
    {
        data?.Dispose();
        ranks?.Dispose();
    }
}
