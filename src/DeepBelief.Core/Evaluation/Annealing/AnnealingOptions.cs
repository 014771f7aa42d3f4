using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>How chains are annealed. Immutable; checked when a run starts.</summary>
public sealed record AnnealingOptions
{
    /// <summary>
    /// The inverse temperatures on the way. Default: <see cref="AnnealingSchedule.SalakhutdinovMurray"/>. More of them
    /// bring the two ends of a bracket together.
    /// </summary>
    public AnnealingSchedule Schedule { get; init; } = AnnealingSchedule.SalakhutdinovMurray;

    /// <summary>Number of chains, 2 or more. Default: 100. More of them make the standard errors smaller.</summary>
    public int Chains { get; init; } = 100;

    /// <summary>
    /// Gibbs steps between the data and the samples of the model that reverse chains start from, 1 or more. Default: 1000.
    /// Of no meaning where samples can be drawn exactly.
    /// </summary>
    public int SampleSteps { get; init; } = 1000;

    /// <summary>
    /// Seed of the chains. Default: 0. Same seed, model, device and build of torch give the same result, bit for bit. On
    /// CUDA, where TorchSharp has no generators of their own, a run seeds torch's default one and uses that.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Schedule);
        Guard.Option(Chains >= 2, nameof(Chains), Chains, "2 or more");
        Guard.Option(SampleSteps >= 1, nameof(SampleSteps), SampleSteps, "1 or more");
    }
}
