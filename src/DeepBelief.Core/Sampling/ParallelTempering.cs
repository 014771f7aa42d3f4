using System.Globalization;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Sampling;

/// <summary>
/// Parallel tempering: persistent chains at several temperatures swap their states, so that a chain caught in a mode of the
/// model escapes through the hotter distributions (Desjardins, Courville, Bengio, Vincent and Delalleau 2010, "Tempered
/// Markov chain Monte Carlo for training of restricted Boltzmann machines"; Cho, Raiko and Ilin 2010; Earl and Deem 2005).
/// </summary>
/// <remarks>
/// <para>At inverse temperature β, p_β(v, h) ∝ exp(-E_v(v) - E_h(h) + (1 - β)(a·v + d·h) + β h W vᵀ): the model itself at
/// β = 1, independent units with the data's means of v and E[h | v] at β = 0. The fields a and d are recomputed every 100
/// updates. Without d, hidden biases that compensate for the weights would saturate the hidden units at β &lt; 1.</para>
/// <para>A block Gibbs step at all temperatures takes two matrix products. Then neighbouring temperatures propose to swap
/// (v, h), alternately pairs from even and from odd rungs of the ladder; a swap is accepted with probability
/// min(1, exp((β - β')(S' - S))), S = h W vᵀ - a·v - d·h. The chains at β = 1 are the negative phase. The cost is that of
/// <see cref="PersistentContrastiveDivergence"/> with as many chains as all temperatures have together.</para>
/// <para><see cref="EpochMetrics.Diagnostics"/> contains <c>swap_acceptance/0</c>, <c>swap_acceptance/1</c>, ...: the accepted
/// fraction of the swaps proposed between the first rung and the second, and so on; NaN if none was proposed. Near zero,
/// add temperatures there; near one, remove some. <c>chain_correlation</c> is the correlation of the hidden states at β = 1 with
/// those of an epoch before: near one, the chains are stuck. <c>jump_acceptance</c> is the accepted fraction of their jumps.</para>
/// </remarks>
public sealed record ParallelTempering : NegativePhase
{
    internal const string SwapAcceptance = "swap_acceptance";

    // Enough to estimate the means of the hottest distribution.
    private const long MostRows = 1000;

    /// <summary>Creates a negative phase with inverse temperatures evenly spaced from 0 to 1.</summary>
    /// <param name="temperatures">Number of temperatures, 2 or more. Default: 10.</param>
    /// <param name="chains">Chains at each temperature, 1 or more. Default: 100.</param>
    /// <param name="steps">Steps of each chain per update, 1 or more. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public ParallelTempering(int temperatures = 10, int chains = 100, int steps = 1)
        : this(Evenly(temperatures), chains, steps)
    {
    }

    /// <summary>Creates a negative phase with given inverse temperatures.</summary>
    /// <param name="inverseTemperatures">The ladder: two or more, strictly increasing, from 0 or more up to exactly 1.</param>
    /// <param name="chains">Chains at each temperature, 1 or more. Default: 100.</param>
    /// <param name="steps">Steps of each chain per update, 1 or more. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of chains or steps is less than 1.</exception>
    /// <exception cref="ArgumentException">The inverse temperatures are not such a ladder.</exception>
    public ParallelTempering(IReadOnlyList<double> inverseTemperatures, int chains = 100, int steps = 1)
        : base(steps)
    {
        ArgumentNullException.ThrowIfNull(inverseTemperatures);
        Guard.Size(chains);
        var ladder = inverseTemperatures.ToArray();
        if (ladder.Length < 2 || !(ladder[0] >= 0) || ladder[^1] != 1 || !ladder.Zip(ladder.Skip(1), (low, high) => low < high).All(rises => rises))
            throw new ArgumentException($"Expected two or more rising values from 0 or more up to 1, found [{string.Join(", ", ladder.Select(beta => beta.ToString(CultureInfo.InvariantCulture)))}].", nameof(inverseTemperatures));
        InverseTemperatures = ladder.AsReadOnly();
        Chains = chains;
    }

    /// <summary>The ladder of inverse temperatures, increasing to 1.</summary>
    public IReadOnlyList<double> InverseTemperatures { get; }

    /// <summary>Number of chains at each temperature.</summary>
    public int Chains { get; }

    /// <summary>
    /// True if the chains at β = 1 are offered jumps to hidden states drawn given rows of the batch, as those of
    /// <see cref="PersistentContrastiveDivergence"/> are. Default: true.
    /// </summary>
    public bool Jumps { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model is not an <see cref="Rbm"/>.</exception>
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(data);
        Check(model);
        var rbm = (Rbm)model;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var count = (long)InverseTemperatures.Count * Chains;
        var rows = torch.randint(0L, data.shape[0], new[] { count }, ScalarType.Int64, data.device, generator: generator);
        var start = data.index_select(0, rows);
        var sample = start.narrow(0, 0, Math.Min(count, MostRows));
        return new RbmTemperedChains(rbm, InverseTemperatures, Steps, generator, sample, rbm.SampleHidden(start, generator), Jumps ? new DataJumps(rbm, generator) : null);
    }

    /// <summary>True if both have the same ladder, chains, steps and jumps.</summary>
    /// <param name="other">The other negative phase.</param>
    public bool Equals(ParallelTempering? other)
        => base.Equals(other) && Chains == other.Chains && Jumps == other.Jumps && InverseTemperatures.SequenceEqual(other.InverseTemperatures);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Chains, InverseTemperatures.Count, InverseTemperatures[0]);

    internal override void Check(IEnergyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model is not Rbm)
            throw new ArgumentException($"{nameof(ParallelTempering)}: expected an {nameof(Rbm)}, found {model.GetType()}.", nameof(model));
    }

    private static double[] Evenly(int temperatures)
    {
        if (temperatures < 2)
            throw new ArgumentOutOfRangeException(nameof(temperatures), temperatures, "Expected 2 or more.");
        return [.. Enumerable.Range(0, temperatures).Select(i => (double)i / (temperatures - 1))];
    }
}
