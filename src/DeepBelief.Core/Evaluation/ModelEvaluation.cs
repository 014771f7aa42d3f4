using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>How well a model fits rows of data, by figures that need no partition function.</summary>
public static class ModelEvaluation
{
    /// <summary>Mean squared difference of rows and their reconstructions, over rows and units.</summary>
    /// <remarks>It falls as a model learns but is no likelihood: Hinton 2012, section 5.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">Source of randomness, for models whose reconstruction is sampled; torch's default when null.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static double ReconstructionError(IEnergyModel model, Tensor data, Generator? generator = null)
    {
        Check(model, data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (data - model.Reconstruct(data, generator)).Squared().mean().Number();
    }

    /// <summary>
    /// Estimate of the mean pseudo-log-likelihood of a row, in nats: D · log σ(F(v with unit i flipped) - F(v)) with one
    /// random unit i a row (Besag 1975; Marlin, Swersky, Chen and de Freitas 2010).
    /// </summary>
    /// <remarks>Values between 0 and 1 are rounded first: the figure is defined for binary states only.</remarks>
    /// <param name="model">A model of binary visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default when null.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or its visible units are not binary.</exception>
    public static double PseudoLogLikelihood(IEnergyModel model, Tensor data, Generator? generator = null)
    {
        CheckBinary(model, data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = data.IsAbove(0.5).to(data.dtype);
        var units = torch.randint(0L, model.VisibleSize, new long[] { data.shape[0], 1 }, ScalarType.Int64, data.device, generator: generator);
        var flipped = states.scatter(1, units, OneMinus(states.gather(1, units)));
        var difference = model.FreeEnergy(flipped) - model.FreeEnergy(states);
        return model.VisibleSize * difference.log_sigmoid().mean().Number();
    }

    /// <summary>
    /// The mean pseudo-log-likelihood of a row, in nats: Σ log σ(F(v with unit i flipped) - F(v)) over all units i, each
    /// the log-probability of a unit given all others (Besag 1975). Exact, at the price of a free energy for every unit.
    /// </summary>
    /// <remarks>Values between 0 and 1 are rounded first, as by <see cref="PseudoLogLikelihood"/>, which estimates this.</remarks>
    /// <param name="model">A model of binary visible units.</param>
    /// <param name="data">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="cancellationToken">Looked at for every unit.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, or its visible units are not binary.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static double ExactPseudoLogLikelihood(IEnergyModel model, Tensor data, CancellationToken cancellationToken = default)
    {
        CheckBinary(model, data);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return PseudoLikelihood.Mean(model, data.IsAbove(0.5).to(data.dtype), cancellationToken);
    }

    /// <summary>
    /// Mean free energy of unseen rows less that of training rows, in nats. The unknown log Z cancels; a growing gap
    /// means overfitting (Hinton 2012, section 6).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="training">Rows that it was trained on, <c>[rows, visible]</c>.</param>
    /// <param name="unseen">Rows that it was not trained on, <c>[rows, visible]</c>.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model.</exception>
    public static double FreeEnergyGap(IEnergyModel model, Tensor training, Tensor unseen)
    {
        Check(model, training);
        Check(model, unseen);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (model.FreeEnergy(unseen).mean() - model.FreeEnergy(training).mean()).Number();
    }

    private static void Check(IEnergyModel model, Tensor data)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Rows(data, model.VisibleSize, model.Representative());
    }

    private static void CheckBinary(IEnergyModel model, Tensor data)
    {
        Check(model, data);
        if (model.VisibleSupport != UnitSupport.Binary)
            throw new ArgumentException($"Expected a model of binary visible units, found {model.VisibleSupport} ones.", nameof(model));
    }
}
