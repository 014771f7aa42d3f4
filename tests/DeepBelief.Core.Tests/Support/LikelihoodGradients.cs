using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

internal static class LikelihoodGradients
{
    /// <summary>Computes the gradient of a batch that is there.</summary>
    public static void Compute(this LikelihoodGradient gradient, Tensor batch, double keep = 0)
    {
        using (torch.no_grad())
            _ = gradient.Begin(batch.shape[0]).copy_(batch);
        gradient.Compute(keep);
    }
}
