using DeepBelief.Sampling;

namespace DeepBelief.Tests.Oracles;

/// <summary>The gradient of the likelihood itself, by autograd from log Z, which is summed over all states of binary hidden units.</summary>
internal sealed record ExactNegativePhase() : NegativePhase(1)
{
    public override NegativeSampler Start(IEnergyModel model, Tensor data, Generator? generator) => new Sampler((Rbm)model);

    public static Tensor NegativeLogLikelihood(Rbm rbm, Tensor data)
        => rbm.FreeEnergy(data).mean() + rbm.HiddenFreeEnergy(Enumeration.States((int)rbm.HiddenSize)).neg().logsumexp(0);

    private sealed class Sampler(Rbm rbm) : NegativeSampler(rbm)
    {
        public override Tensor Sample(Tensor batch) => throw new NotSupportedException();

        public override void ComputeGradient(Tensor batch)
        {
            using var scope = torch.NewDisposeScope();
            foreach (var parameter in rbm.parameters())
                parameter.grad = null;
            using var grad = torch.enable_grad();
            NegativeLogLikelihood(rbm, batch).backward();
        }
    }
}
