using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Output;

namespace DeepBelief.Samples.Mnist.Pretraining;

/// <summary>Pre-trains.</summary>
internal sealed class PretrainingStore(MnistOptions options, RunOutput output)
{
    /// <summary><c>checkpoints</c> beside the MNIST files' folder.</summary>
    public static string DefaultFolder() => Path.Combine(MnistCache.Root(), "checkpoints");

    public PretrainedDbn Train(PretrainingPlan plan, CancellationToken cancellationToken)
    {
        var dbn = Dbn.Bernoulli(plan.Sizes, plan.Weights, plan.Options.Seed, options.TorchDevice());
        try
        {
            var heldOut = plan.Options.Layers?.Any(layer => layer.Patience is not null) ?? plan.Options.Patience is not null ? null : plan.HeldOut;
            var histories = output.Stage($"{plan.Title}: pre-training", progress => heldOut is null
                ? dbn.Fit(plan.Images, plan.Options, progress, cancellationToken)
                : dbn.Fit(plan.Images, plan.Options, heldOut, progress, cancellationToken));
            return new PretrainedDbn(dbn, histories, Reused: false);
        }
        catch
        {
            dbn.Dispose();
            throw;
        }
    }
}
