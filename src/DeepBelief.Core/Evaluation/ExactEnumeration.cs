using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>
/// Exact log Z and samples of a small model, by listing states: those of the visible units or, for an RBM, of either layer,
/// summing over the other in closed form (Σ_h exp(-F(h)) = Σ_v exp(-F(v)) = Z).
/// </summary>
/// <remarks>
/// <para>An RBM's layer with fewer states is listed (<see cref="UnitLayer.StateCount"/>); the other may be of any kind. Of any other
/// model, the visible units are listed, if <see cref="IEnergyModel.VisibleSupport"/> knows their states: bits, spins, counts up to
/// a largest, categories, and mixtures of these. Counts without an end and real numbers can't be: <see cref="AnnealedImportanceSampling"/>
/// estimates their log Z.</para>
/// <para>Computes free energies in the model's element type, and sums over states in float64.</para>
/// </remarks>
/// <example>The exact log-likelihood of rows of bits, under any model of up to 25 bits:<code>
/// IEnergyModel model = rbm;
/// var logZ = ExactEnumeration.LogPartition(model);
/// var estimate = LogLikelihood.Evaluate(model, data, logZ);
/// </code></example>
public static class ExactEnumeration
{
    /// <summary>Maximum number of states to sum over: those of 25 bits.</summary>
    public const long MostStates = 1L << 25;

    /// <summary>Maximum number of states to sample from, as all their probabilities are in memory: those of 22 bits.</summary>
    public const long MostStatesToSample = 1L << 22;

    // Size of the larger of a block's two matrices.
    private const long BlockElements = 1L << 21;

    // For models whose free energy may take any memory.
    private const long BlockRows = 1L << 12;

    /// <summary>True if log Z can be computed: there are at most <see cref="MostStates"/> states to list.</summary>
    /// <param name="model">The model.</param>
    public static bool IsPossible(IEnergyModel model) => States(model) <= MostStates;

    /// <summary>True if samples can be drawn: there are at most <see cref="MostStatesToSample"/> states to list.</summary>
    /// <param name="model">The model.</param>
    public static bool CanSample(IEnergyModel model) => States(model) <= MostStatesToSample;

    /// <summary>Computes log Z, in nats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <exception cref="ArgumentException">The states are too many, or cannot be listed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double LogPartition(IEnergyModel model, CancellationToken cancellationToken = default)
    {
        Check(model, MostStates);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var sums = Blocks(model, cancellationToken).Select(block =>
        {
            using (block)
                return block.logsumexp(0).DetachFromDisposeScope();
        }).ToList();
        var total = torch.stack(sums).logsumexp(0).Number();
        sums.ForEach(sum => sum.Dispose());
        return total;
    }

    /// <summary>Computes log Z of a deep Boltzmann machine, in nats: as that of an RBM of its even and its odd layers.</summary>
    /// <param name="model">The machine.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <exception cref="ArgumentException">Both halves have too many states, or states that cannot be listed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double LogPartition(Dbm model, CancellationToken cancellationToken = default)
        => DbmAsRbm.Run(model, null, (rbm, _) => LogPartition(rbm, cancellationToken));

    /// <summary>Draws independent samples of the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">Number of samples, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <returns>v, <c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The states are too many, or cannot be listed; their free energies are not finite; or the count is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(IEnergyModel model, int count, Generator? generator = null, CancellationToken cancellationToken = default)
    {
        Guard.Size(count);
        Check(model, MostStatesToSample);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var logs = torch.cat(Blocks(model, cancellationToken).ToList());
        var most = logs.max();
        if (!double.IsFinite(most.Number()))
            throw new ArgumentException("Expected a model whose free energies are finite, found NaN or infinity.", nameof(model));
        var numbers = (logs - most).exp().multinomial(count, true, generator);
        var samples = model switch
        {
            Rbm rbm when ListsVisible(rbm) => rbm.Visible.States(numbers),
            Rbm rbm => rbm.SampleVisible(rbm.Hidden.States(numbers), generator),
            _ => VisibleStates(model)!.States(numbers, model.Representative().dtype),
        };
        return samples.MoveToOuterDisposeScope();
    }

    /// <summary>-F of all listed states, in blocks, in float64.</summary>
    private static IEnumerable<Tensor> Blocks(IEnergyModel model, CancellationToken cancellationToken)
    {
        var (size, logs) = model is Rbm rbm ? OfRbm(rbm) : OfAny(model);
        var count = (long)States(model);
        for (var first = 0L; first < count; first += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Block(first, Math.Min(first + size, count));
        }

        Tensor Block(long first, long end)
        {
            using var scope = torch.NewDisposeScope();
            return logs(Range(first, end, model.Representative().device)).MoveToOuterDisposeScope();
        }
    }

    private static (long BlockSize, Func<Tensor, Tensor> Logs) OfRbm(Rbm model)
    {
        var (listed, summed) = ListsVisible(model) ? (model.Visible, model.Hidden) : (model.Hidden, model.Visible);
        var weight = ListsVisible(model) ? model.Weight.t() : model.Weight.alias();
        // Γ(I) as Γ(0) plus Γ(I) - Γ(0), which has a kernel.
        var atRest = summed.CumulantGenerator(torch.zeros(1, summed.Size, weight.dtype, weight.device)).to(ScalarType.Float64);
        return (Math.Max(1, BlockElements / Math.Max(model.VisibleSize, model.HiddenSize)), Logs);

        Tensor Logs(Tensor numbers)
        {
            var states = listed.States(numbers);
            var inputs = states.mm(weight);
            var logs = atRest - listed.Energy(states).to(ScalarType.Float64);
            summed.AddCumulantDifference(inputs, 0, 1, logs);
            return logs;
        }
    }

    private static (long BlockSize, Func<Tensor, Tensor> Logs) OfAny(IEnergyModel model)
    {
        var (states, type) = (VisibleStates(model)!, model.Representative().dtype);
        return (BlockRows, numbers => model.FreeEnergy(states.States(numbers, type)).to(ScalarType.Float64).neg());
    }

    private static bool ListsVisible(Rbm model) => model.Visible.StateCount < model.Hidden.StateCount;

    private static JointStates? VisibleStates(IEnergyModel model) => model.VisibleSupport.States(model.VisibleSize);

    private static double States(IEnergyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        return model is Rbm rbm ? Math.Min(rbm.Visible.StateCount, rbm.Hidden.StateCount) : VisibleStates(model)?.Count ?? double.PositiveInfinity;
    }

    private static void Check(IEnergyModel model, long most)
    {
        var states = States(model);
        if (states <= most)
            return;
        throw new ArgumentException(
            model is Rbm rbm
                ? FormattableString.Invariant($"Expected a layer of at most {most} states, found layers of {rbm.Visible.StateCount:g4} and {rbm.Hidden.StateCount:g4}.")
                : FormattableString.Invariant($"Expected visible units of at most {most} states, found {model.VisibleSize} {model.VisibleSupport} ones of {states:g4} states."),
            nameof(model));
    }
}
