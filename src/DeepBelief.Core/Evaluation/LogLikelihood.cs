using DeepBelief.Tensors;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief.Evaluation;

/// <summary>Log-likelihoods of rows, log p(v) = -F(v) - log Z, in nats per row; log-densities for real units.</summary>
/// <remarks>
/// Rows must be states, not means of them: bits, counts, one category a group. Grey values have no probability, and their figures
/// are not comparable with those published for bits. The binarization of grey values changes figures by several nats.
/// </remarks>
public static class LogLikelihood
{
    private const long BlockRows = 1000;

    /// <summary>Computes the log-likelihood with a known log Z.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">log Z, in nats.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or log Z is not finite.</exception>
    public static LogLikelihoodEstimate Evaluate(IEnergyModel model, Tensor rows, double logPartition)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Logs(model, rows), logPartition);
    }

    /// <summary>Computes the log-likelihood with an estimate of log Z, including the estimate's error.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">The estimate.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or log Z is not finite.</exception>
    public static LogLikelihoodEstimate Evaluate(IEnergyModel model, Tensor rows, LogPartitionEstimate logPartition)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Logs(model, rows), logPartition);
    }

    /// <summary>Computes the log-likelihood with both ends of a bracket of log Z.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">The bracket.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or log Z is not finite.</exception>
    public static LogLikelihoodBracket Evaluate(IEnergyModel model, Tensor rows, LogPartitionBracket logPartition)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Logs(model, rows), logPartition);
    }

    /// <summary>
    /// Computes a lower bound on the log-likelihood under a deep Boltzmann machine, with a known log Z: -<see cref="Dbm.FreeEnergyBound"/>
    /// - log Z. With one hidden layer it is the log-likelihood.
    /// </summary>
    /// <param name="model">The machine.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">log Z, in nats.</param>
    /// <param name="meanField">When inference ends; more sweeps raise the bound. Null uses <see cref="MeanField.Default"/>.</param>
    /// <exception cref="ArgumentException">The rows do not fit the machine, or log Z is not finite.</exception>
    public static LogLikelihoodEstimate LowerBound(Dbm model, Tensor rows, double logPartition, MeanField? meanField = null)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Bounds(model, rows, meanField), logPartition);
    }

    /// <summary>Computes a lower bound with an estimate of log Z, including the estimate's error. A bound only where the estimate is not too low.</summary>
    /// <param name="logPartition">The estimate.</param>
    /// <inheritdoc cref="LowerBound(Dbm, Tensor, double, MeanField?)" path="/exception|/returns|/param[not(@name='logPartition')]"/>
    public static LogLikelihoodEstimate LowerBound(Dbm model, Tensor rows, LogPartitionEstimate logPartition, MeanField? meanField = null)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Bounds(model, rows, meanField), logPartition);
    }

    /// <summary>Computes lower bounds with both ends of a bracket of log Z.</summary>
    /// <param name="logPartition">The bracket.</param>
    /// <inheritdoc cref="LowerBound(Dbm, Tensor, double, MeanField?)" path="/exception|/returns|/param[not(@name='logPartition')]"/>
    public static LogLikelihoodBracket LowerBound(Dbm model, Tensor rows, LogPartitionBracket logPartition, MeanField? meanField = null)
    {
        LogPartitionCheck.Finite(logPartition);
        return Less(Bounds(model, rows, meanField), logPartition);
    }

    /// <summary>Estimates each row's log-likelihood by reverse annealing (RAISE), which tends to underestimate it.</summary>
    /// <remarks>
    /// <para>Burda, Grosse and Salakhutdinov 2015, "Accurate and conservative estimates of MRF log-likelihood using reverse
    /// annealing". RAISE replaces the model by the one that forward annealing with the same schedule samples: v_0 from p_0, and
    /// v_k from v_k-1 by a step that leaves p_k invariant, up to v_K. From a row v_K = v, the chain runs the same reversible steps
    /// backwards, and w = p*_K(v) / Z_0 · Π p*_k-1(v_k-1) / p*_k(v_k-1), k from K to 1, has the row's probability under that
    /// model as its expectation; the mean of log w is at most the logarithm of that.</para>
    /// <para>The first step runs at inverse temperature 1, before the first ratio. The weights are derived from the chains'
    /// definitions, as the paper's formula is said to have a misprint (Upadhya and Sastry 2015, "Empirical analysis of sampling
    /// based estimators for evaluating RBMs").</para>
    /// <para>Of the options, only the schedule and the seed matter. The cost is that of rows · <paramref name="chainsPerRow"/>
    /// annealed chains.</para>
    /// </remarks>
    /// <param name="model">The RBM.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="data">Rows for the base-rate model's means, <c>[rows, visible]</c>; null uses the RBM's own biases.</param>
    /// <param name="options">How to anneal; null uses the defaults.</param>
    /// <param name="chainsPerRow">Chains per row, whose weights are averaged, 1 or more. More chains raise the bound.</param>
    /// <param name="progress">Receives progress; may be null.</param>
    /// <param name="cancellationToken">Checked after each step.</param>
    /// <exception cref="ArgumentException">The rows or data do not fit the RBM, or a setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static LogLikelihoodEstimate ReverseAnnealed(
        Rbm model,
        Tensor rows,
        Tensor? data = null,
        AnnealingOptions? options = null,
        int chainsPerRow = 1,
        IProgress<AnnealingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Guard.Option(options?.Group is null, nameof(options.Group), options?.Group, $"null for {nameof(ReverseAnnealed)}");
        options = AnnealedImportanceSampling.Check(model, data, options);
        Guard.Size(chainsPerRow);
        using var path = AnnealingPath.To(model, data);
        var (logTarget, logBase) = (Logs(model, rows), path.BaseLogPartition());

        using var scope = torch.NewDisposeScope();
        using var generator = AnnealedImportanceSampling.Start(model, options, Randomness.RowAnnealing);
        var clock = new AnnealingClock(progress, options.Schedule.Steps + 1, cancellationToken);
        using var chains = path.Chains(rows.shape[0] * chainsPerRow, generator, clock);
        chains.StartAt(rows.repeat_interleave(chainsPerRow, 0));
        chains.Run(1, 1);
        var ratios = chains.Anneal([.. options.Schedule.InverseTemperatures.Reverse()]);
        return new([.. ratios.Chunk(chainsPerRow).Select((row, i) => logTarget[i] - logBase + LogWeights.LogMean(row))]);
    }

    private static LogLikelihoodEstimate Less(double[] logs, double logPartition, double partitionError = 0)
        => new([.. logs.Select(log => log - logPartition)], partitionError);

    private static LogLikelihoodEstimate Less(double[] logs, LogPartitionEstimate logPartition) => Less(logs, logPartition.LogPartition, logPartition.StandardError);

    private static LogLikelihoodBracket Less(double[] logs, LogPartitionBracket logPartition) => new(Less(logs, logPartition.Reverse), Less(logs, logPartition.Forward));

    /// <summary>-F(v) of all rows.</summary>
    private static double[] Logs(IEnergyModel model, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(rows, model.VisibleSize, model.Representative());
        model.States().CheckStates(rows);
        return Logs(model.FreeEnergy, rows);
    }

    /// <summary>The lower bounds of -F(v) of all rows.</summary>
    private static double[] Bounds(Dbm model, Tensor rows, MeanField? meanField)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        Guard.Rows(rows, model.VisibleSize, model.Weights[0]);
        model.Visible.Support.CheckStates(rows);
        return Logs(block => model.FreeEnergyBound(block, meanField), rows);
    }

    private static double[] Logs(Func<Tensor, Tensor> freeEnergy, Tensor rows)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // In blocks, as all rows' hidden units may not fit in memory.
        var energies = rows.split(BlockRows).Select(block => freeEnergy(block).to(ScalarType.Float64)).ToList();
        return [.. torch.cat(energies).cpu().data<double>().ToArray().Select(f => -f)];
    }
}
