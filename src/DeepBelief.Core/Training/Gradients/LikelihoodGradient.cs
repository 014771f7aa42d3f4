using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of maximum likelihood of a batch, that of mean F(data) - mean F(model): it holds the batch, has rows of the
/// model drawn, and differentiates both.
/// </summary>
internal abstract class LikelihoodGradient : IDisposable
{
    /// <summary>The gradient of a model, with the changes that the options ask for.</summary>
    /// <param name="model">A model that has passed <see cref="RbmLikelihoodGradient.Check"/>.</param>
    /// <param name="sampler">Draws the rows of the model; stays the caller's.</param>
    /// <param name="options">The options; null for none.</param>
    /// <param name="sample">Rows of data, whose means some changes start at.</param>
    public static LikelihoodGradient Create(IEnergyModel model, NegativeSampler sampler, TrainingOptions? options, Tensor sample)
        => model is Rbm rbm ? new RbmLikelihoodGradient(rbm, sampler, options, sample) : new AutogradLikelihoodGradient(model, sampler);

    /// <summary>What is remembered from batch to batch, by name: always the same tensors.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Where the rows of the next batch go, <c>[rows, visible]</c>.</summary>
    /// <param name="rows">How many.</param>
    public abstract Tensor Begin(long rows);

    /// <summary>Whether <see cref="Compute"/> can add to a part of the weights' <c>.grad</c>. Default: it can't.</summary>
    public virtual bool CanKeep => false;

    /// <summary>Writes the gradient of the batch to the parameters' <c>.grad</c>, in place of what is there.</summary>
    /// <param name="keep">The part of the weights' <c>.grad</c> that is kept, and the gradient added to; 0 unless <see cref="CanKeep"/>.</param>
    public abstract void Compute(double keep = 0);

    public abstract void Dispose();
}
