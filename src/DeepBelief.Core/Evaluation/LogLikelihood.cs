using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Log-likelihoods of rows of data, log p(v) = -F(v) - log Z, in nats a row; of densities for real units.</summary>
/// <remarks>
/// Rows of binary units are bits: a grey value has no probability, and figures of greys compare with none of those
/// published for bits. How the bits were made of greys changes the figures by several nats.
/// </remarks>
public static class LogLikelihood
{
    private const long BlockRows = 1000;

    /// <summary>The log-likelihood with a known log Z.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">log Z, in nats.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static LogLikelihoodEstimate Evaluate(IEnergyModel model, Tensor rows, double logPartition)
        => new(Rows(model, rows, logPartition));

    /// <summary>The log-likelihood with an estimate of log Z, whose error it takes over.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">The estimate.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static LogLikelihoodEstimate Evaluate(IEnergyModel model, Tensor rows, LogPartitionEstimate logPartition)
    {
        ArgumentNullException.ThrowIfNull(logPartition);
        return new(Rows(model, rows, logPartition.LogPartition), logPartition.StandardError);
    }

    /// <summary>The log-likelihood from both sides.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="logPartition">log Z from both sides.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static LogLikelihoodBracket Evaluate(IEnergyModel model, Tensor rows, LogPartitionBracket logPartition)
    {
        ArgumentNullException.ThrowIfNull(logPartition);
        return new(Evaluate(model, rows, logPartition.Reverse), Evaluate(model, rows, logPartition.Forward));
    }

    /// <summary>The log-likelihood of each row by a reverse chain of its own (RAISE), which tends to say too little.</summary>
    /// <remarks>
    /// <para>Burda, Grosse and Salakhutdinov 2015, "Accurate and conservative estimates of MRF log-likelihood using reverse
    /// annealing". The model is replaced by the one that forward annealing with the same schedule draws from:
    /// v_0 from p_0, and v_k from v_k-1 by a step that leaves p_k as it is, up to v_K. From a row v_K = v, the chain goes
    /// back by the same steps, which are reversible, and</para>
    /// <para>w = p*_K(v) / Z_0 · Π p*_k-1(v_k-1) / p*_k(v_k-1), k from K to 1,</para>
    /// <para>has the row's probability under that model as its expectation; the mean of log w is not more than its logarithm.
    /// The first step is taken at inverse temperature 1, before the first ratio. The weights follow from the two chains'
    /// definitions, not from the paper's formula, which is said to have a misprint (Upadhya and Sastry 2015, "Empirical
    /// analysis of sampling based estimators for evaluating RBMs").</para>
    /// <para>Only the schedule and the seed of the options matter. The cost is that of as many annealed chains as there are
    /// rows, times <paramref name="chainsPerRow"/>.</para>
    /// </remarks>
    /// <param name="model">The machine.</param>
    /// <param name="rows">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="data">Rows that give the base-rate model its means, <c>[rows, visible]</c>; without, it has the machine's own biases.</param>
    /// <param name="options">How to anneal; the defaults when null.</param>
    /// <param name="chainsPerRow">Chains whose weights are averaged for a row, 1 or more. More of them raise the bound.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at in every step.</param>
    /// <exception cref="ArgumentException">An argument or an option does not fit; the message says what was expected and found.</exception>
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
        options = AnnealedImportanceSampling.Check(model, data, options);
        Guard.Size(chainsPerRow);
        using var path = new BaseRatePath(model, data);
        var logTarget = Rows(model, rows, path.BaseLogPartition());

        using var scope = torch.NewDisposeScope();
        using var generator = AnnealedImportanceSampling.Start(model, options, Randomness.RowAnnealing);
        var clock = new AnnealingClock(progress, options.Schedule.Steps + 1, cancellationToken);
        using var chains = new AnnealedChains(path, model.Weight, rows.shape[0] * chainsPerRow, generator, clock);
        _ = chains.Visible.copy_(rows.repeat_interleave(chainsPerRow, 0));
        chains.Run(1, 1);
        var ratios = chains.Anneal([.. options.Schedule.InverseTemperatures.Reverse()]);
        return new([.. ratios.Chunk(chainsPerRow).Select((row, i) => logTarget[i] + LogWeights.LogMean(row))]);
    }

    /// <summary>-F(v) - log Z of all rows.</summary>
    private static double[] Rows(IEnergyModel model, Tensor rows, double logPartition)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(rows, model.VisibleSize, model.Representative());
        model.VisibleSupport.Check(rows);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (model.VisibleSupport == UnitSupport.Binary && rows.ne(rows.round()).any().item<bool>())
            throw new ArgumentException("Expected rows of zeros and ones, found values in between. Make bits of them first.", nameof(rows));
        // In blocks, as the hidden units of all rows need not fit into memory.
        var energies = rows.split(BlockRows).Select(block => model.FreeEnergy(block).to(ScalarType.Float64)).ToList();
        return [.. torch.cat(energies).cpu().data<double>().ToArray().Select(f => -f - logPartition)];
    }
}
