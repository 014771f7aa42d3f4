using System.Globalization;
using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>
/// Annealed importance sampling: estimates log Z with chains between a base-rate model of independent units, whose log Z is
/// known, and an RBM or any other model with a free energy, whatever its visible units: bits, categories, counts, real numbers, and
/// several of these side by side.
/// </summary>
/// <remarks>
/// <para>Neal 2001, "Annealed importance sampling"; for restricted Boltzmann machines Salakhutdinov and Murray 2008, "On the
/// quantitative analysis of deep belief networks". A chain's weight is the product of p*_k+1(v_k) / p*_k(v_k) along its path.
/// The mean weight of forward chains, times Z of the base-rate model, has expectation Z; that of reverse chains from exact
/// samples, over Z of the base-rate model, has expectation 1/Z.</para>
/// <para>Given data, the base-rate model has the data's means, in both layers of an RBM, which brings it closer to the model. Only
/// the means of columns matter, and their variances where they are counts or real numbers: any rows work, and the training rows work
/// best.</para>
/// <para>With an RBM, of any units, each step costs two matrix products for all chains together.</para>
/// <para>A deep Boltzmann machine is annealed as an RBM whose visible units are the even layers (visible, second hidden, ...): chains
/// move these, and the odd ones are summed over (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines", section 4). The base-rate
/// model's means of hidden layers are those of mean-field inference given the data, where chains that draw samples start, too.</para>
/// <para>Other models need nothing but their free energy, and a support that <see cref="Units.UnitSupport"/> makes, as
/// <see cref="IEnergyModel.VisibleSupport"/>. A step moves the columns of each kind in turn, with the others held. The default schedule,
/// made for RBMs, is long then: begin with <c>AnnealingSchedule.Uniform(100)</c> or, with real numbers, 500.</para>
/// <para>Bits, spins, categories and counts up to a largest: every unit, or group of categories, is offered another state (of bits, that
/// is Gibbs sampling, one after the other), which costs a free energy a unit. The base-rate model has the data's frequencies. Counts
/// without an end, and those of more than 1,024 states, are offered one that is higher or lower, by Metropolis' rule; the base-rate model
/// falls off like a geometric distribution on both sides of the data's mean, or from the least count on. In float32 counts end at
/// 2^23, in float64 at 2^52.</para>
/// <para>Real numbers, of an interval if there are bounds, as of <see cref="NeuralEnergyModel"/>, whose <see cref="Langevin"/>'s bounds
/// count, so that log Z is that within them: the base-rate model is Gaussian, with the data's means and deviations, and a step is one of
/// Hamiltonian Monte Carlo (Neal 2011, "MCMC using Hamiltonian dynamics"), which costs <see cref="AnnealingOptions.LeapfrogSteps"/>
/// gradients of the free energy.</para>
/// <para>Of counts and real numbers, 200 more steps find out how long steps can be. Give data: a part of the model that is far from the
/// base-rate model may never be visited, and no estimate notices what all chains have missed.</para>
/// <para>Where units have no bounds, exp(-F) may have no finite sum or integral, and log Z is infinite. An estimate cannot be, but it
/// looks at free energies 1,000 deviations away, in every column and through the end of every chain, and its
/// <see cref="LogPartitionEstimate.Warning"/> says if these do not grow as they must.</para>
/// </remarks>
public static class AnnealedImportanceSampling
{
    /// <summary>Estimates log Z from below, with chains from the base-rate model to the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">
    /// Rows for the base-rate model's means, <c>[rows, visible]</c>; null uses an RBM's own biases. With other models, it uses equal
    /// probabilities of all states; for real numbers a mean of 0 and a deviation of 1, or those of the uniform distribution between
    /// bounds; for counts without an end a mean of 1 above the least.
    /// </param>
    /// <param name="options">How to anneal; null uses the defaults.</param>
    /// <param name="progress">Receives progress; may be null.</param>
    /// <param name="cancellationToken">Checked after each step.</param>
    /// <exception cref="ArgumentException">
    /// The data do not fit the model, an option is out of its range, the states of the model's units are not known, as its support is of a
    /// class of its own, or autograd can't follow the free energy to real numbers.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static LogPartitionEstimate Forward(
        IEnergyModel model,
        Tensor? data = null,
        AnnealingOptions? options = null,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => OnAllRanks(options, given =>
        {
            var own = Check(model, data, given);
            using var path = AnnealingPath.To(model, data);
            return Forward(model, path, own, Prepare(path, own, progress, own.Schedule.Steps, cancellationToken));
        });

    /// <summary>Estimates log Z of a deep Boltzmann machine from below.</summary>
    /// <inheritdoc cref="Forward(IEnergyModel, Tensor?, AnnealingOptions?, IProgress{AnnealingProgress}?, CancellationToken)"/>
    public static LogPartitionEstimate Forward(
        Dbm model,
        Tensor? data = null,
        AnnealingOptions? options = null,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => OnAllRanks(options, own => DbmAsRbm.Run(model, data, (rbm, rows) => Forward(rbm, rows, own, progress, cancellationToken)));

    /// <summary>Estimates log Z from above, with chains from samples of the model to the base-rate model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">
    /// Independent samples of the model, <c>[chains, visible]</c>, 2 or more. Each starts a chain;
    /// <see cref="AnnealingOptions.Chains"/> is ignored. If the samples are not exact, the estimate may be too low.
    /// </param>
    /// <param name="data">
    /// Rows for the base-rate model's means, <c>[rows, visible]</c>; null uses an RBM's own biases. With other models, it uses equal
    /// probabilities of all states; for real numbers a mean of 0 and a deviation of 1, or those of the uniform distribution between
    /// bounds; for counts without an end a mean of 1 above the least.
    /// </param>
    /// <param name="options">How to anneal; null uses the defaults.</param>
    /// <param name="progress">Receives progress; may be null.</param>
    /// <param name="cancellationToken">Checked after each step.</param>
    /// <exception cref="ArgumentException">
    /// The samples or data do not fit the model, an option is out of its range, the states of the model's units are not known, as its
    /// support is of a class of its own, or autograd can't follow the free energy to real numbers.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static LogPartitionEstimate Reverse(
        IEnergyModel model,
        Tensor samples,
        Tensor? data = null,
        AnnealingOptions? options = null,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => OnAllRanks(options, given =>
        {
            var own = Check(model, data, given);
            Guard.Rows(samples, model.VisibleSize, model.Representative());
            var fewest = Math.Max(2, own.Group?.Size ?? 1);
            if (samples.shape[0] < fewest)
                throw new ArgumentException($"Expected at least {fewest} rows, found {Shapes.Text(samples)}.", nameof(samples));
            model.States().CheckStates(samples);
            using var path = AnnealingPath.To(model, data);
            return Reverse(model, path, samples, own, Prepare(path, own, progress, own.Schedule.Steps, cancellationToken));
        });

    /// <summary>Estimates log Z from both sides.</summary>
    /// <remarks>
    /// The reverse chains start from exact samples if there are few enough states to list (<see cref="ExactEnumeration.CanSample"/>),
    /// otherwise from the ends of chains of <see cref="AnnealingOptions.SampleSteps"/> steps that start at random rows of the
    /// data or, without data, at samples of the base-rate model. <see cref="LogPartitionBracket.SamplesAreExact"/> says which.
    /// </remarks>
    /// <inheritdoc cref="Forward(IEnergyModel, Tensor?, AnnealingOptions?, IProgress{AnnealingProgress}?, CancellationToken)"/>
    public static LogPartitionBracket Bracket(
        IEnergyModel model,
        Tensor? data = null,
        AnnealingOptions? options = null,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => OnAllRanks(options, given =>
        {
            var own = Check(model, data, given);
            using var path = AnnealingPath.To(model, data);
            using var scope = torch.NewDisposeScope();
            var isExact = ExactEnumeration.CanSample(model);
            var clock = Prepare(path, own, progress, (2 * own.Schedule.Steps) + (isExact ? 0 : own.SampleSteps), cancellationToken);
            var forward = Forward(model, path, own, clock);
            using var generator = Start(model, own, Randomness.ReverseStarts, isOfRank: !isExact);
            var samples = isExact ? ExactEnumeration.Sample(model, own.Chains, generator, cancellationToken) : ChainSamples(model, path, data, own, generator, clock);
            if (!isExact && own.Group is { } group)
                samples = group.Gather(samples);
            return new LogPartitionBracket(forward, Reverse(model, path, samples, own, clock), isExact);
        });

    /// <summary>Estimates log Z of a deep Boltzmann machine from both sides.</summary>
    /// <inheritdoc cref="Bracket(IEnergyModel, Tensor?, AnnealingOptions?, IProgress{AnnealingProgress}?, CancellationToken)"/>
    public static LogPartitionBracket Bracket(
        Dbm model,
        Tensor? data = null,
        AnnealingOptions? options = null,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => OnAllRanks(options, own => DbmAsRbm.Run(model, data, (rbm, rows) => Bracket(rbm, rows, own, progress, cancellationToken)));

    /// <summary>Creates a generator for a stream or, on a device without its own generators, seeds the default one.</summary>
    internal static Generator? Start(IEnergyModel model, AnnealingOptions options, int stream, bool isOfRank = false)
    {
        var (device, seed) = (model.Representative().device, isOfRank ? Randomness.OfRank(options.Seed, options.Group) : options.Seed);
        Randomness.SeedDefault(device, seed, stream);
        return Randomness.Generator(seed, device, stream);
    }

    internal static AnnealingOptions Check(IEnergyModel model, Tensor? data, AnnealingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        if (AnnealingPath.Fault(model) is { } fault)
            throw new ArgumentException(fault, nameof(model));
        if (data is not null)
        {
            Guard.Rows(data, model.VisibleSize, model.Representative());
            model.VisibleSupport.Check(data);
        }

        options ??= new AnnealingOptions();
        options.Validate();
        options.Group?.Agree(Texts(model, data, options), nameof(options));
        return options;
    }

    private static TResult OnAllRanks<TResult>(AnnealingOptions? options, Func<AnnealingOptions?, TResult> call)
        => RunGroup.Run(options?.Group, group => call(group is null ? options : options! with { Group = group }));

    /// <summary>Readies a path for so many steps, and returns the clock that counts these as well.</summary>
    private static AnnealingClock Prepare(AnnealingPath path, AnnealingOptions options, IProgress<AnnealingProgress>? progress, int steps, CancellationToken cancellationToken)
    {
        var clock = new AnnealingClock(progress, path.StepsOfPreparation + steps, cancellationToken);
        path.Prepare(options, clock);
        return clock;
    }

    private static LogPartitionEstimate Forward(IEnergyModel model, AnnealingPath path, AnnealingOptions options, AnnealingClock clock)
    {
        using var generator = Start(model, options, Randomness.Annealing, isOfRank: true);
        using var chains = path.Chains(options.Group?.ShareOf(options.Chains) ?? options.Chains, generator, clock);
        chains.StartAtBase();
        var logBase = path.BaseLogPartition();
        double[] logWeights = [.. OfAllRanks(chains.Anneal(options.Schedule.InverseTemperatures), options).Select(w => logBase + w)];
        return new LogPartitionEstimate(logWeights, isReverse: false, WarningOfRanks(FarEnergies.Warning(model, chains.Visible), options));
    }

    private static LogPartitionEstimate Reverse(IEnergyModel model, AnnealingPath path, Tensor samples, AnnealingOptions options, AnnealingClock clock)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = Start(model, options, Randomness.ReverseAnnealing, isOfRank: true);
        if (options.Group is { } group)
        {
            var (start, count) = ProcessGroups.Range(group, samples.shape[0]);
            samples = samples.narrow(0, start, count);
        }

        using var chains = path.Chains(samples.shape[0], generator, clock);
        chains.StartAt(samples);
        var logBase = path.BaseLogPartition();
        double[] logWeights = [.. OfAllRanks(chains.Anneal([.. options.Schedule.InverseTemperatures.Reverse()]), options).Select(w => w - logBase)];
        return new LogPartitionEstimate(logWeights, isReverse: true, WarningOfRanks(FarEnergies.Warning(model, samples), options));
    }

    private static double[] OfAllRanks(double[] logWeights, AnnealingOptions options)
    {
        if (options.Group is not { } group)
            return logWeights;
        using var scope = torch.NewDisposeScope();
        return group.Gather(torch.tensor(logWeights, ScalarType.Float64, torch.CPU)).data<double>().ToArray();
    }

    private static string? WarningOfRanks(string? own, AnnealingOptions options) => options.Group is { } group ? group.FirstText(own)?.Text : own;

    /// <summary>What has to be the same on all ranks of a group.</summary>
    private static Dictionary<string, string> Texts(IEnergyModel model, Tensor? data, AnnealingOptions options)
    {
        var betas = options.Schedule.InverseTemperatures;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return new()
        {
            ["model"] = string.Join(", ", model.parameters().Select(Sum)),
            ["data"] = data is null ? "none" : $"{NamedTensors.Kind(data)}, sum {Sum(data)}",
            ["options"] = string.Create(CultureInfo.InvariantCulture, $"{options.Chains} chains, seed {options.Seed}, {options.SampleSteps} steps to samples, {options.LeapfrogSteps} leapfrog steps, {betas.Count} temperatures of sum {betas.Sum():R}"),
        };

        static string Sum(Tensor values) => values.detach().to(ScalarType.Float64).sum().Number().ToString("G9", CultureInfo.InvariantCulture);
    }

    private static Tensor ChainSamples(IEnergyModel model, AnnealingPath path, Tensor? data, AnnealingOptions options, Generator? generator, AnnealingClock clock)
    {
        using var scope = torch.NewDisposeScope();
        var count = options.Group?.ShareOf(options.Chains) ?? options.Chains;
        using var chains = path.Chains(count, generator, clock);
        if (data is null)
            chains.StartAtBase();
        else
            chains.StartAt(data.index_select(0, torch.randint(0L, data.shape[0], new long[] { count }, ScalarType.Int64, data.device, generator: generator)));
        chains.Run(1, options.SampleSteps);
        return chains.Visible.clone().MoveToOuterDisposeScope();
    }
}
