using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief.Evaluation;

/// <summary>Log-likelihoods of rows under a deep model, such as a <see cref="Dbn"/>, in nats per row; log-densities for real units.</summary>
/// <remarks>
/// <para>Hidden states h are drawn from the recognition net q(h | v), and log w = log p*(v, h) - log q(h | v). The mean of log w less
/// log Z is the variational lower bound on log p(v) (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief
/// nets"; Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks"), the logarithm of the mean of K
/// weights a bound that is tighter the larger K is (Burda, Grosse and Salakhutdinov 2015, "Importance weighted autoencoders").
/// Both are bounds in expectation over h, for units of any kind; of a network of one layer both are the RBM's log-likelihood.</para>
/// <para>log Z is that of the <see cref="IDeepGenerativeModel.TopMachine"/>. A bound from below needs log Z from above: the lower end
/// of the result belongs to the upper end of a <see cref="LogPartitionBracket"/>. With the forward estimate of annealed importance
/// sampling, as in Salakhutdinov and Murray 2008, the figure tends to be too high.</para>
/// <para>Rows must be states, not means of them, as in <see cref="LogLikelihood"/>.</para>
/// </remarks>
/// <example><code>
/// var logZ = AnnealedImportanceSampling.Bracket(dbn.TopMachine, dbn.TransformToTop(images));
/// Console.WriteLine(DeepLogLikelihood.LowerBound(dbn, images, logZ).Lower);
/// Console.WriteLine(DeepLogLikelihood.ImportanceSampled(dbn, images, logZ, samples: 1000).Lower);
/// </code></example>
public static class DeepLogLikelihood
{
    private const long BlockRows = 1000;

    // Of the matrices of pairs of states.
    private const long BlockElements = 1L << 21;

    /// <summary>Estimates the variational lower bound with a known log Z.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">log Z of the top machine, in nats.</param>
    /// <param name="samples">Samples of the hidden states of each row, 1 or more; more of them reduce the error, not the gap. Default: 10.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each block of rows.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or log Z is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of samples is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static LogLikelihoodEstimate LowerBound(
        IDeepGenerativeModel model,
        Tensor rows,
        double logPartition,
        int samples = 10,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return Mean(Draw(model, rows, samples, generator, cancellationToken), logPartition);
    }

    /// <summary>Estimates the variational lower bound with an estimate of log Z, including the estimate's error.</summary>
    /// <inheritdoc cref="LowerBound(IDeepGenerativeModel, Tensor, double, int, Generator?, CancellationToken)"/>
    public static LogLikelihoodEstimate LowerBound(
        IDeepGenerativeModel model,
        Tensor rows,
        LogPartitionEstimate logPartition,
        int samples = 10,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return Mean(Draw(model, rows, samples, generator, cancellationToken), logPartition.LogPartition, logPartition.StandardError);
    }

    /// <summary>Estimates the variational lower bound with both ends of a bracket of log Z; the lower end is the bound.</summary>
    /// <inheritdoc cref="LowerBound(IDeepGenerativeModel, Tensor, double, int, Generator?, CancellationToken)"/>
    public static LogLikelihoodBracket LowerBound(
        IDeepGenerativeModel model,
        Tensor rows,
        LogPartitionBracket logPartition,
        int samples = 10,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return Bracket(logPartition, Draw(model, rows, samples, generator, cancellationToken), Mean);
    }

    /// <summary>Estimates the log-likelihood by importance sampling of the hidden states, with a known log Z.</summary>
    /// <param name="samples">K, the samples of the hidden states of each row, 1 or more; more of them raise the bound. Default: 100.</param>
    /// <inheritdoc cref="LowerBound(IDeepGenerativeModel, Tensor, double, int, Generator?, CancellationToken)" path="/exception|/returns|/param[not(@name='samples')]"/>
    public static LogLikelihoodEstimate ImportanceSampled(
        IDeepGenerativeModel model,
        Tensor rows,
        double logPartition,
        int samples = 100,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return LogMean(Draw(model, rows, samples, generator, cancellationToken), logPartition);
    }

    /// <summary>Estimates the log-likelihood by importance sampling of the hidden states, with an estimate of log Z, including the estimate's error.</summary>
    /// <inheritdoc cref="ImportanceSampled(IDeepGenerativeModel, Tensor, double, int, Generator?, CancellationToken)"/>
    public static LogLikelihoodEstimate ImportanceSampled(
        IDeepGenerativeModel model,
        Tensor rows,
        LogPartitionEstimate logPartition,
        int samples = 100,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return LogMean(Draw(model, rows, samples, generator, cancellationToken), logPartition.LogPartition, logPartition.StandardError);
    }

    /// <summary>Estimates the log-likelihood by importance sampling of the hidden states, with both ends of a bracket of log Z.</summary>
    /// <inheritdoc cref="ImportanceSampled(IDeepGenerativeModel, Tensor, double, int, Generator?, CancellationToken)"/>
    public static LogLikelihoodBracket ImportanceSampled(
        IDeepGenerativeModel model,
        Tensor rows,
        LogPartitionBracket logPartition,
        int samples = 100,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        LogPartitionCheck.Finite(logPartition);
        return Bracket(logPartition, Draw(model, rows, samples, generator, cancellationToken), LogMean);
    }

    /// <summary>
    /// True if <see cref="Exact"/> can list the states: the hidden layers below the top machine have at most
    /// <see cref="ExactEnumeration.MostStates"/> pairs of states with the layer below them, and the top machine's log Z is exact.
    /// </summary>
    /// <param name="model">A model of the library.</param>
    public static bool IsExactPossible(IDeepGenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        return model is IDirectedModel directed && Pairs(directed) <= ExactEnumeration.MostStates && ExactEnumeration.IsPossible(model.TopMachine);
    }

    /// <summary>Computes the exact log-likelihood of a small model, by listing the states of its hidden layers.</summary>
    /// <param name="model">A model of the library, whose hidden units below the top machine have few joint states.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="cancellationToken">Checked before each block of states.</param>
    /// <exception cref="ArgumentException">The states are too many, or cannot be listed; the model's log Z is not finite; or the rows do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static LogLikelihoodEstimate Exact(IDeepGenerativeModel model, Tensor rows, CancellationToken cancellationToken = default)
    {
        Check(model, rows);
        if (model is not IDirectedModel directed)
            throw new ArgumentException($"Expected a model of the library, found {model.GetType()}.", nameof(model));
        if (Pairs(directed) is var pairs && pairs > ExactEnumeration.MostStates)
            throw new ArgumentException(FormattableString.Invariant($"Expected hidden layers of at most {ExactEnumeration.MostStates} pairs of states, found {pairs:g4} below the top machine, in units {string.Join(", ", directed.Directed.Select(layer => layer.Upper.Description))}."), nameof(model));
        var logPartition = ExactEnumeration.LogPartition(model.TopMachine, cancellationToken);
        LogPartitionCheck.Finite(logPartition, nameof(model));
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // log p of states of a layer, from the top down to the rows.
        Func<Tensor, Tensor> logs = states => torch.cat([.. states.split(BlockRows).Select(block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var blockScope = torch.NewDisposeScope();
            return directed.TopFreeEnergy(block).to(ScalarType.Float64).neg().Minus(logPartition).MoveToOuterDisposeScope();
        })]);
        foreach (var layer in directed.Directed.Reverse())
        {
            var ofUpper = torch.cat([.. States(layer.Upper, Math.Max(1, BlockElements / layer.Upper.Size), rows.device).Select(states =>
            {
                using (states)
                    return logs(states);
            })]);
            logs = lower => SumOverUpper(layer, lower, ofUpper, cancellationToken);
        }

        return new(logs(rows).cpu().data<double>().ToArray());
    }

    /// <summary>log Σ p(x | y) p(y) over all states y, of rows of x, in blocks of both.</summary>
    private static Tensor SumOverUpper(StochasticLayer layer, Tensor lower, Tensor ofUpper, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        var total = torch.empty(lower.shape[0], ScalarType.Float64, lower.device).Fill(double.NegativeInfinity);
        var size = Math.Max(1, BlockElements / Math.Max(lower.shape[1], Math.Min(lower.shape[0], BlockRows)));
        foreach (var (upper, logs) in States(layer.Upper, size, lower.device).Zip(ofUpper.split(size)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var blockScope = torch.NewDisposeScope();
            using (upper)
                _ = total.copy_(torch.logaddexp(total, layer.LogSumOverUpper(lower.split(BlockRows), upper, logs)));
        }

        return total.MoveToOuterDisposeScope();
    }

    /// <summary>All states of units, in blocks of so many rows, which the caller disposes.</summary>
    private static IEnumerable<Tensor> States(UnitLayer units, long rows, Device device)
    {
        var count = (long)units.StateCount;
        for (var first = 0L; first < count; first += rows)
        {
            using var numbers = Range(first, Math.Min(first + rows, count), device);
            yield return units.States(numbers);
        }
    }

    /// <summary>The largest number of pairs of states of two hidden layers below the top machine, or of states of one.</summary>
    private static double Pairs(IDirectedModel model)
    {
        double[] counts = [1, .. model.Directed.Select(layer => layer.Upper.StateCount)];
        return counts.Skip(1).Zip(counts, (upper, lower) => upper * lower).DefaultIfEmpty(1).Max();
    }

    private static LogLikelihoodEstimate Mean(double[][] logWeights, double logPartition, double partitionError = 0)
        => new(
            [.. logWeights.Select(row => row.Average() - logPartition)],
            partitionError,
            [.. logWeights.Select(ErrorOfMean)],
            NotFinite(logWeights));

    private static double ErrorOfMean(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1) / values.Length);
    }

    private static LogLikelihoodEstimate LogMean(double[][] logWeights, double logPartition, double partitionError = 0)
        => new(
            [.. logWeights.Select(row => LogWeights.LogMean(row) - logPartition)],
            partitionError,
            [.. logWeights.Select(LogWeights.RelativeError)],
            NotFinite(logWeights) ?? TooFew(logWeights));

    private static LogLikelihoodBracket Bracket(LogPartitionBracket logPartition, double[][] logWeights, Func<double[][], double, double, LogLikelihoodEstimate> estimate)
        => new(
            estimate(logWeights, logPartition.Reverse.LogPartition, logPartition.Reverse.StandardError),
            estimate(logWeights, logPartition.Forward.LogPartition, logPartition.Forward.StandardError));

    private static string? NotFinite(double[][] logWeights)
        => logWeights.All(row => row.All(double.IsFinite)) ? null : "A weight is not finite: the model's parameters may be NaN or far too large.";

    // The figure remains a bound; what it is below the log-likelihood grows with the spread of the weights.
    private static string? TooFew(double[][] logWeights)
    {
        const double LeastEffectivePart = 0.05;
        var samples = logWeights[0].Length;
        var effective = logWeights.Average(LogWeights.EffectiveCount);
        return samples == 1 || effective >= Math.Max(2, LeastEffectivePart * samples)
            ? null
            : FormattableString.Invariant($"Only {effective:f1} of {samples} samples a row are effective: the log-likelihood may be far higher. Use more samples.");
    }

    /// <summary>log w of each sample, by row.</summary>
    private static double[][] Draw(IDeepGenerativeModel model, Tensor rows, int samples, Generator? generator, CancellationToken cancellationToken)
    {
        Check(model, rows);
        Guard.Size(samples);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var result = new List<double[]>();
        foreach (var block in rows.split(BlockRows))
        {
            double[][] ofSamples = [.. Enumerable.Range(0, samples).Select(_ => Sample(block))];
            result.AddRange(Enumerable.Range(0, ofSamples[0].Length).Select(row => ofSamples.Select(sample => sample[row]).ToArray()));
        }

        return [.. result];

        double[] Sample(Tensor block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var sampleScope = torch.NewDisposeScope();
            var weights = model.LogWeights(block, generator);
            if (weights.dim() != 1 || weights.shape[0] != block.shape[0])
                throw new ArgumentException($"Expected a model whose log-weights are one a row, shape [{block.shape[0]}], found {Shapes.Text(weights)}.", nameof(model));
            return weights.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        }
    }

    private static void Check(IDeepGenerativeModel model, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        Guard.Rows(rows, model.VisibleSize, model.TopMachine.Weight);
        model.VisibleSupport.CheckStates(rows);
    }
}
