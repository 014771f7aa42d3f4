using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>
/// Exact log Z and samples of a small RBM: enumerates the states of one layer and sums over the other in closed form
/// (Σ_h exp(-F(h)) = Σ_v exp(-F(v)) = Z).
/// </summary>
/// <remarks>
/// Enumerates the layer with fewer states (<see cref="UnitLayer.StateCount"/>); the other may be of any kind. Computes inputs to
/// the other layer in the model's element type, and sums over states in float64.
/// </remarks>
public static class ExactEnumeration
{
    /// <summary>Maximum number of states to sum over: those of 25 bits.</summary>
    public const long MostStates = 1L << 25;

    /// <summary>Maximum number of states to sample from, as all their probabilities are in memory: those of 22 bits.</summary>
    public const long MostStatesToSample = 1L << 22;

    // Size of the larger of a block's two matrices.
    private const long BlockElements = 1L << 21;

    /// <summary>True if log Z can be computed: one layer has at most <see cref="MostStates"/> states.</summary>
    /// <param name="model">The RBM.</param>
    public static bool IsPossible(Rbm model) => States(model) <= MostStates;

    /// <summary>True if samples can be drawn: one layer has at most <see cref="MostStatesToSample"/> states.</summary>
    /// <param name="model">The RBM.</param>
    public static bool CanSample(Rbm model) => States(model) <= MostStatesToSample;

    /// <summary>Computes log Z, in nats.</summary>
    /// <param name="model">The RBM.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <exception cref="ArgumentException">Both layers have too many states.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double LogPartition(Rbm model, CancellationToken cancellationToken = default)
    {
        Check(model, MostStates);
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

    /// <summary>Draws independent samples of the model.</summary>
    /// <param name="model">The RBM.</param>
    /// <param name="count">Number of samples, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <returns>v, <c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentException">Both layers have too many states, or the count is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(Rbm model, int count, Generator? generator = null, CancellationToken cancellationToken = default)
    {
        Guard.Size(count);
        Check(model, MostStatesToSample);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var logs = torch.cat(Blocks(model, cancellationToken).ToList());
        var numbers = (logs - logs.max()).exp().multinomial(count, true, generator);
        var states = Listed(model).States(numbers);
        return (ListsVisible(model) ? states : model.SampleVisible(states, generator)).MoveToOuterDisposeScope();
    }

    /// <summary>-F of all states of the enumerated layer, in blocks, in float64.</summary>
    private static IEnumerable<Tensor> Blocks(Rbm model, CancellationToken cancellationToken)
    {
        var (listed, summed) = ListsVisible(model) ? (model.Visible, model.Hidden) : (model.Hidden, model.Visible);
        var weight = ListsVisible(model) ? model.Weight.t() : model.Weight.alias();
        // Γ(I) as Γ(0) plus Γ(I) - Γ(0), which has a kernel.
        var atRest = summed.CumulantGenerator(torch.zeros(1, summed.Size, weight.dtype, weight.device)).to(ScalarType.Float64);
        var count = (long)listed.StateCount;
        var size = Math.Max(1, BlockElements / Math.Max(model.VisibleSize, model.HiddenSize));
        for (var first = 0L; first < count; first += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Block(first, Math.Min(first + size, count));
        }

        Tensor Block(long first, long end)
        {
            using var scope = torch.NewDisposeScope();
            var states = listed.States(Range(first, end, model.Weight.device));
            var inputs = states.mm(weight);
            var logs = atRest - listed.Energy(states).to(ScalarType.Float64);
            summed.AddCumulantDifference(inputs, 0, 1, logs);
            return logs.MoveToOuterDisposeScope();
        }
    }

    private static bool ListsVisible(Rbm model) => model.Visible.StateCount < model.Hidden.StateCount;

    private static UnitLayer Listed(Rbm model) => ListsVisible(model) ? model.Visible : model.Hidden;

    private static double States(Rbm model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        return Listed(model).StateCount;
    }

    private static void Check(Rbm model, long most)
    {
        if (States(model) is var states && !(states <= most))
            throw new ArgumentException(FormattableString.Invariant($"Expected a layer of at most {most} states, found layers of {model.Visible.StateCount:g4} and {model.Hidden.StateCount:g4}."), nameof(model));
    }
}
