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
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static double ReconstructionError(IEnergyModel model, Tensor data, Generator? generator = null)
    {
        Check(model, data);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (data - model.Reconstruct(data, generator)).Squared().mean().Number();
    }

    /// <summary>The same over the known values of rows, whose missing values are NaN.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="complete">The rows to reconstruct, without NaN.</param>
    /// <param name="generator">For models that sample reconstructions.</param>
    internal static double ReconstructionError(IEnergyModel model, Tensor rows, Tensor complete, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var missing = rows.isnan();
        var errors = (torch.where(missing, complete, rows) - model.Reconstruct(complete, generator)).Squared();
        var known = missing.logical_not();
        return ((errors * known).sum() / known.sum()).Number();
    }

    /// <summary>
    /// Estimates the mean pseudo-log-likelihood per row, in nats: D · log σ(F(v with unit i flipped) - F(v)) with one random
    /// unit i per row (Besag 1975; Marlin, Swersky, Chen and de Freitas 2010).
    /// </summary>
    /// <remarks>Rounds values between 0 and 1 first, as the measure is defined for binary states only.</remarks>
    /// <param name="model">A model with binary visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or its visible units are not binary.</exception>
    public static double PseudoLogLikelihood(IEnergyModel model, Tensor data, Generator? generator = null)
    {
        CheckBinary(model, data);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = data.IsAbove(0.5).to(data.dtype);
        var units = torch.randint(0L, model.VisibleSize, new long[] { data.shape[0], 1 }, ScalarType.Int64, data.device, generator: generator);
        var flipped = states.scatter(1, units, OneMinus(states.gather(1, units)));
        var difference = model.FreeEnergy(flipped) - model.FreeEnergy(states);
        return model.VisibleSize * difference.log_sigmoid().mean().Number();
    }

    /// <summary>
    /// Computes the mean pseudo-log-likelihood per row, in nats: Σ log σ(F(v with unit i flipped) - F(v)) over all units i, each
    /// term the log-probability of a unit given all others (Besag 1975). Exact, but computes a free energy for each unit.
    /// </summary>
    /// <remarks>Rounds values between 0 and 1 first, as does <see cref="PseudoLogLikelihood"/>, which estimates this.</remarks>
    /// <param name="model">A model with binary visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="cancellationToken">Checked before each unit.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or its visible units are not binary.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double ExactPseudoLogLikelihood(IEnergyModel model, Tensor data, CancellationToken cancellationToken = default)
    {
        CheckBinary(model, data);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return PseudoLikelihood.Mean(model, data.IsAbove(0.5).to(data.dtype), cancellationToken);
    }

    /// <summary>
    /// Mean free energy of unseen rows minus that of training rows, in nats. The unknown log Z cancels; a growing gap indicates
    /// overfitting (Hinton 2012, section 6).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="training">Training rows, <c>[rows, visible]</c>.</param>
    /// <param name="unseen">Rows not used in training, <c>[rows, visible]</c>.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static double FreeEnergyGap(IEnergyModel model, Tensor training, Tensor unseen)
    {
        Check(model, training);
        Check(model, unseen);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (model.FreeEnergy(unseen).mean() - model.FreeEnergy(training).mean()).Number();
    }

    private static void Check(IEnergyModel model, Tensor data, [CallerArgumentExpression(nameof(data))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.CheckRows(data, name);
    }

    private static void CheckBinary(IEnergyModel model, Tensor data)
    {
        Check(model, data);
        if (model.VisibleSupport != UnitSupport.Binary)
            throw new ArgumentException($"Expected a model of binary visible units, found {model.VisibleSupport} ones.", nameof(model));
    }
}
