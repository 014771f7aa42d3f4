using DeepBelief.Training;

namespace DeepBelief.Tests.Oracles;

/// <summary>The likelihood itself, with log Z summed over all states of binary hidden units, and training by its gradient.</summary>
internal static class ExactLikelihood
{
    public static Tensor NegativeLogLikelihood(Rbm rbm, Tensor data)
        => rbm.FreeEnergy(data).mean() + rbm.HiddenFreeEnergy(Enumeration.States((int)rbm.HiddenSize)).neg().logsumexp(0);

    /// <summary>Trains with the gradient by autograd, centered if the options say so; rows are taken in order.</summary>
    public static void Fit(Rbm rbm, Tensor data, TrainingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        options = options.Resolve(rbm, data.shape[0]);
        using var phases = new RbmPhases(rbm);
        var means = new DataMeans(phases);
        using var centering = options.Centering is { } offsets
            ? new Centering(rbm, means, offsets, options, data.mean(new long[] { 0 }), rbm.HiddenMean(data).detach().mean(new long[] { 0 }))
            : null;
        using var variances = new VarianceGradient(rbm, centering?.VisibleOffset, data);
        var steps = StandardizedSteps.Applies(rbm) ? new StandardizedSteps(rbm, centering?.VisibleOffset) : null;
        Parameter[] parameters = [.. rbm.parameters()];
        using var optimizer = options.Optimizer.Create(parameters);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            optimizer.LearningRate = options.LearningRate!.At(epoch, options.Epochs);
            optimizer.BeginEpoch(epoch, options.Epochs);
            foreach (var batch in data.split(options.BatchSize!.Value))
            {
                foreach (var parameter in parameters)
                    parameter.grad = null;
                NegativeLogLikelihood(rbm, batch).backward();
                using (torch.no_grad())
                {
                    phases.Begin(batch.shape[0], batch.shape[0]);
                    _ = phases.Both.Visible.copy_(torch.cat([batch, batch]));
                    phases.SendUp();
                    means.Take();
                }

                if (steps is not null)
                    variances.Apply();
                centering?.Apply();
                using var noGrad = torch.no_grad();
                steps?.Begin();
                optimizer.Step();
                steps?.End();
            }
        }
    }
}
