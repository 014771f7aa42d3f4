using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The gradient of any model, by its <see cref="IEnergyModel.AccumulateGradient"/>.</summary>
internal sealed class AutogradLikelihoodGradient(IEnergyModel model, NegativeSampler sampler, bool arePaired) : LikelihoodGradient
{
    private Tensor? data;

    public override IReadOnlyDictionary<string, Tensor> State => sampler.State;

    public override Tensor Begin(long rows)
    {
        if (data is not null && data.shape[0] == rows)
            return data;
        data?.Dispose();
        var like = model.Representative();
        data = torch.empty(rows, model.VisibleSize, like.dtype, like.device).DetachFromDisposeScope();
        return data;
    }

    public override void Compute(double keep = 0, Tensor? weights = null)
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Clear(model.parameters());
        var rows = sampler.Sample(data!);
        if (weights is null)
            model.AccumulateGradient(data!, rows);
        else
            AutogradGradient.Accumulate(model, data!, rows, weights, arePaired ? weights : weights.mean());
    }

    public override void Dispose() => data?.Dispose();
}
