using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>The maximum likelihood gradient of a batch, ∇(mean F(data) - mean F(model)), with the model rows from a sampler.</summary>
internal abstract class LikelihoodGradient : IDisposable
{
    /// <summary>Creates the gradient of a model, with the changes of the options.</summary>
    /// <param name="model">A model that has passed <see cref="RbmLikelihoodGradient.Check"/>.</param>
    /// <param name="sampler">Draws the rows of the model; owned by the caller.</param>
    /// <param name="options">The options; null for none.</param>
    /// <param name="sample">Rows of data, complete, whose means initialize some changes.</param>
    /// <param name="raw">Rows of data in which missing values are NaN; null if none are.</param>
    public static LikelihoodGradient Create(IEnergyModel model, NegativeSampler sampler, TrainingOptions? options, Tensor sample, Batch? raw = null)
        => model is Rbm rbm
            ? new RbmLikelihoodGradient(rbm, sampler, options, sample, raw)
            : new AutogradLikelihoodGradient(model, sampler, arePaired: options?.NegativePhase is ContrastiveDivergence, RankExchange.Of(options?.Group, model.parameters()));

    /// <summary>State between batches, by name: always the same tensors.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>That part of the state which is the same on all ranks of a group. Default: none.</summary>
    public virtual IEnumerable<Tensor> SharedState => [];

    /// <summary>What the ranks of a group tell each other; null for a process alone.</summary>
    public abstract RankExchange? Ranks { get; }

    /// <summary>Returns the tensor for the rows of the next batch, <c>[rows, visible]</c>.</summary>
    public abstract Tensor Begin(long rows);

    /// <summary>True if <see cref="Compute"/> can add to the weights' <c>.grad</c>. Default: false.</summary>
    public virtual bool CanKeep => false;

    /// <summary>The units in which the optimizer is to step; null for the parameters' own. Default: null.</summary>
    public virtual StandardizedSteps? Steps => null;

    /// <summary>The weights in bfloat16, for products of that type; null where products have the type of the model. Default: null.</summary>
    public virtual RoundedWeights? Rounded => null;

    /// <summary>
    /// Overwrites the parameters' <c>.grad</c> with the gradient of the batch, except that of weights which the optimizer steps by
    /// <see cref="RoundedWeights.Gradient"/>.
    /// </summary>
    /// <param name="keep">Factor of the old <c>.grad</c> of the weights, added to the gradient; 0 unless <see cref="CanKeep"/>.</param>
    /// <param name="weights">The weights of the rows, <c>[rows]</c>, with a mean of 1 over all batches; null if all count alike.</param>
    /// <param name="share">The part of the batch's rows that this rank has.</param>
    public abstract void Compute(double keep = 0, Tensor? weights = null, double share = 1);

    public abstract void Dispose();
}
