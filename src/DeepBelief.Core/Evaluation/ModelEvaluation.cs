using System.Runtime.CompilerServices;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Measures of fit that don't need the partition function.</summary>
public static class ModelEvaluation
{
    /// <summary>Mean squared difference between rows and their reconstructions, over rows and units.</summary>
    /// <remarks>It decreases as a model learns, but is not a likelihood: Hinton 2012, section 5.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">For models that sample reconstructions. Null uses torch's default generator.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or the weights the rows.</exception>
    public static double ReconstructionError(IEnergyModel model, Tensor data, Generator? generator = null, Tensor? weights = null)
    {
        Check(model, data);
        RowWeights.Check(weights, data.shape[0]);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var squares = (data - model.Reconstruct(data, generator)).Squared();
        return weights is null ? squares.mean().Number() : RowWeights.Mean(squares.mean([1L]), weights);
    }

    /// <summary>The same over the known values of rows, whose missing values are NaN.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="complete">The rows to reconstruct, without NaN.</param>
    /// <param name="generator">For models that sample reconstructions.</param>
    /// <param name="weights">Weights of the rows; null weighs all alike.</param>
    internal static double ReconstructionError(IEnergyModel model, Tensor rows, Tensor complete, Generator? generator, Tensor? weights)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var missing = rows.isnan();
        if (!missing.any().item<bool>())
            return ReconstructionError(model, complete, generator, weights);
        var errors = (torch.where(missing, complete, rows) - model.Reconstruct(complete, generator)).Squared();
        var counted = missing.logical_not().to(rows.dtype);
        if (weights is not null)
            counted = counted * weights.unsqueeze(1);
        return ((errors * counted).sum() / counted.sum()).Number();
    }

    /// <summary>
    /// Estimates the mean pseudo-log-likelihood per row, in nats: D · log σ(F(v with unit i flipped) - F(v)) with one random
    /// unit i per row (Besag 1975; Marlin, Swersky, Chen and de Freitas 2010).
    /// </summary>
    /// <remarks>Rounds values between 0 and 1 first, as the measure is defined for binary states only.</remarks>
    /// <param name="model">A model with binary visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, its visible units are not binary, or the weights do not fit the rows.</exception>
    public static double PseudoLogLikelihood(IEnergyModel model, Tensor data, Generator? generator = null, Tensor? weights = null)
    {
        Check(model, data);
        if (model.VisibleSupport != UnitSupport.Binary)
            throw new ArgumentException($"Expected a model of binary visible units, found {model.VisibleSupport} ones.", nameof(model));
        RowWeights.Check(weights, data.shape[0]);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = data.IsAbove(0.5).to(data.dtype);
        var units = torch.randint(0L, model.VisibleSize, new long[] { data.shape[0], 1 }, ScalarType.Int64, data.device, generator: generator);
        var flipped = states.scatter(1, units, OneMinus(states.gather(1, units)));
        var difference = model.FreeEnergy(flipped) - model.FreeEnergy(states);
        var terms = difference.log_sigmoid();
        return model.VisibleSize * (weights is null ? terms.mean().Number() : RowWeights.Mean(terms, weights));
    }

    /// <summary>
    /// Computes the mean pseudo-log-likelihood per row, in nats: Σ log p(unit | all others) over all units (Besag 1975), for bits
    /// Σ log σ(F(v with unit i flipped) - F(v)).
    /// </summary>
    /// <remarks>
    /// <para>For visible units whose states follow each other: bits, spins, counts, and categories, which count as one unit a group.
    /// Exact, but computes a free energy for each state of each unit but its own. Counts without an end are summed to four times the
    /// largest in the rows or further, until twice as many add less than 1e-9 nats.</para>
    /// <para>Real numbers have densities given the others, not probabilities: models that have any are refused.</para>
    /// <para>Rounds values between states first, as does <see cref="PseudoLogLikelihood"/>, which estimates this for bits.</para>
    /// </remarks>
    /// <param name="model">A model without real numbers among its visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <param name="cancellationToken">Checked before each unit.</param>
    /// <exception cref="ArgumentException">
    /// The rows do not fit the model, its units' states are real numbers or not known, the probabilities of a count given the others do
    /// not fall off, or the weights do not fit the rows.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double ExactPseudoLogLikelihood(IEnergyModel model, Tensor data, Tensor? weights = null, CancellationToken cancellationToken = default)
    {
        Check(model, data);
        var sites = model.VisibleSupport.SitesOf(model.VisibleSize)
            ?? throw new ArgumentException($"Expected a model of bits, categories or counts, whose states have probabilities given the others, found {model.VisibleSupport} units.", nameof(model));
        var joint = new JointStates(sites);
        RowWeights.Check(weights, data.shape[0]);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return RowWeights.Mean(PseudoLikelihood.Rows(model, joint, joint.Nearest(data), cancellationToken), weights);
    }

    /// <summary>
    /// Mean free energy of unseen rows minus that of training rows, in nats. The unknown log Z cancels; a growing gap indicates
    /// overfitting (Hinton 2012, section 6).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="training">Training rows, <c>[rows, visible]</c>.</param>
    /// <param name="unseen">Rows not used in training, <c>[rows, visible]</c>.</param>
    /// <param name="trainingWeights">Weights of the training rows, <c>[rows]</c>, 0 or more and not all 0; null weighs all alike.</param>
    /// <param name="unseenWeights">The same for the unseen rows.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or the weights the rows.</exception>
    public static double FreeEnergyGap(IEnergyModel model, Tensor training, Tensor unseen, Tensor? trainingWeights = null, Tensor? unseenWeights = null)
    {
        Check(model, training);
        Check(model, unseen);
        RowWeights.Check(trainingWeights, training.shape[0]);
        RowWeights.Check(unseenWeights, unseen.shape[0]);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return RowWeights.Mean(model.FreeEnergy(unseen), unseenWeights) - RowWeights.Mean(model.FreeEnergy(training), trainingWeights);
    }

    private static void Check(IEnergyModel model, Tensor data, [CallerArgumentExpression(nameof(data))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckRows(data, name);
    }
}
