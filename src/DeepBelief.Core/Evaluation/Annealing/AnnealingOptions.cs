using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Options for annealing. Immutable; checked when a run starts.</summary>
public sealed record AnnealingOptions
{
    /// <summary>
    /// The inverse temperatures. More of them narrow a bracket. Default: <see cref="AnnealingSchedule.SalakhutdinovMurray"/>.
    /// </summary>
    public AnnealingSchedule Schedule { get; init; } = AnnealingSchedule.SalakhutdinovMurray;

    /// <summary>Number of chains, 2 or more. More chains reduce the standard errors. Default: 100.</summary>
    public int Chains { get; init; } = 100;

    /// <summary>
    /// Steps from the data to the samples that reverse chains start from, 1 or more; ignored if samples can be drawn
    /// exactly. Default: 1000.
    /// </summary>
    public int SampleSteps { get; init; } = 1000;

    /// <summary>
    /// Leapfrog steps that a step takes where units are real numbers and the model is no RBM, 1 or more; other units ignore it. Each costs a
    /// gradient of the free energy; their size is found by the run. More of them carry chains further: 1 is Langevin dynamics, a
    /// random walk. Default: 5.
    /// </summary>
    public int LeapfrogSteps { get; init; } = 5;

    /// <summary>
    /// Seed of the chains. The same seed, model, device, number of threads and torch build give the same result, bit for bit. On
    /// CUDA, where TorchSharp cannot create generators, a run seeds and uses torch's default one. Default: 0.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// The processes that share the chains; all of them make the same call, with the same model, data and options, and get the same
    /// estimate. Null, the default, runs all chains in this process. For <see cref="AnnealedImportanceSampling"/>.
    /// </summary>
    /// <remarks>
    /// Each rank runs its part of the chains, at least one, with random numbers of its own, and has the log-weights of all. They are
    /// those that one process would find if it ran the ranks' chains, one rank's after the other's.
    /// </remarks>
    public IProcessGroup? Group { get; init; }

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Options are out of their ranges; the message names all of them.</exception>
    /// <exception cref="ArgumentNullException">The schedule is null, and no other option is wrong.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.From(CheckSchedule);
        faults.Option(Chains >= 2, nameof(Chains), Chains, "2 or more");
        faults.Option(Group is null || Chains >= Group.Size, nameof(Chains), Chains, $"{Group?.Size} or more, one on each rank of the group");
        faults.Option(SampleSteps >= 1, nameof(SampleSteps), SampleSteps, "1 or more");
        faults.Option(LeapfrogSteps >= 1, nameof(LeapfrogSteps), LeapfrogSteps, "1 or more");
        faults.Throw();
    }

    private void CheckSchedule()
    {
        if (Schedule is null)
            throw new ArgumentNullException(nameof(Schedule), $"{nameof(Schedule)}: expected the inverse temperatures, found null.");
    }
}
