using DeepBelief.Data;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains a <see cref="Dbm"/>, all layers together.</summary>
/// <remarks>
/// The positive phase is mean-field inference, and the negative phase goes on with chains of the whole machine (Salakhutdinov and
/// Hinton 2009, "Deep Boltzmann machines"). Pre-training is not needed, as the units are centered (Montavon and Müller 2012, "Deep
/// Boltzmann machines and the centering trick").
/// </remarks>
public static class DbmTraining
{
    /// <summary>Trains a machine on rows of data.</summary>
    /// <example><code>
    /// using var dbm = Dbm.Bernoulli(784, 500, 1000);
    /// var history = dbm.Fit(images, new() { Epochs = 20, Seed = 1 });
    /// Console.WriteLine(history.Last.ReconstructionError);
    /// </code></example>
    /// <param name="dbm">The machine; its parameters are changed in place.</param>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the machine's type and device; finite, in [0, 1] for binary units. Of a sparse tensor,
    /// COO, CSR or CSC, only the rows of a batch are made dense.
    /// </param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <returns>
    /// The metrics of each epoch. <see cref="EpochMetrics.FreeEnergyGap"/> is that of the <see cref="Dbm.FreeEnergyBound"/>, and there
    /// is no pseudo-likelihood, which needs free energies.
    /// </returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/returns|/param[not(@name='model' or @name='data' or @name='options')]"/>
    public static TrainingHistory<EpochMetrics> Fit(
        this Dbm dbm,
        Tensor data,
        DbmTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = dbm.StartTraining(data, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains a machine on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="dbm">The machine; its parameters are changed in place.</param>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, IBatchSource, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static TrainingHistory<EpochMetrics> Fit(
        this Dbm dbm,
        IBatchSource source,
        DbmTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = dbm.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(Dbm, Tensor, DbmTrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<EpochMetrics> StartTraining(this Dbm dbm, Tensor data, DbmTrainingOptions? options = null, Tensor? validation = null, Tensor? weights = null)
        => options.OnAllRanks(given =>
        {
            var own = Check(dbm, given, validation);
            return Start(dbm, EnergyModelTraining.Open(dbm.Lowest, data, weights, own), own, validation);
        });

    /// <summary>Starts a training run on rows that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="Fit(Dbm, IBatchSource, DbmTrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<EpochMetrics> StartTraining(this Dbm dbm, IBatchSource source, DbmTrainingOptions? options = null, Tensor? validation = null)
        => options.OnAllRanks(given =>
        {
            ArgumentNullException.ThrowIfNull(source);
            var own = Check(dbm, given, validation);
            return Start(dbm, SourceBatches.Of(source, EnergyModelTraining.Fits(dbm.Lowest, own), own), own, validation);
        });

    private static DbmTrainingOptions Check(Dbm dbm, DbmTrainingOptions? options, Tensor? validation)
    {
        ArgumentNullException.ThrowIfNull(dbm);
        options ??= new DbmTrainingOptions();
        options.Validate();
        ModelCheck.Trainable(dbm, dbm.parameters(), nameof(dbm));
        using var halves = new DbmHalves(dbm);
        var faults = new OptionFaults();
        faults.From(() => EnergyModelTraining.CheckOptions(halves.Rbm, options));
        faults.Option(
            options.Sparsity is null || dbm.Hidden.All(layer => layer.Support == UnitSupport.Binary && SharedInputs.AreTrained(layer)),
            nameof(options.Sparsity),
            options.Sparsity,
            "null, as a hidden layer's units are not binary, or some have no bias that is trained");
        faults.Throw();
        if (validation is not null)
            EnergyModelTraining.CheckRows(dbm.Lowest, validation, options);
        return options;
    }

    private static Trainer<EpochMetrics> Start(Dbm dbm, BatchReader rows, DbmTrainingOptions options, Tensor? validation)
    {
        Batch? unseen = validation is null ? null : new Batch(validation);
        return TrainingRun.Start(
            dbm,
            () => dbm.parameters(),
            options,
            rows,
            unseen,
            () => Resolve(dbm, rows, options),
            (own, isNew) => new DbmTask(dbm, rows, validation, own, initialize: own.InitializeFromData && isNew));
    }

    /// <summary>The values that the run uses for what the options leave open; they must not depend on the machine's parameters.</summary>
    private static DbmTrainingOptions Resolve(Dbm dbm, BatchReader rows, DbmTrainingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        using var halves = new DbmHalves(dbm);
        // No more, as the other even layers are beside them.
        var visible = InputWidth.Some(rows.Overview.Rows);
        var others = torch.empty([visible.shape[0], halves.Rbm.VisibleSize - dbm.VisibleSize], visible.dtype, visible.device).Fill(0.5);
        return (DbmTrainingOptions)options.ResolveBatches(halves.Rbm, rows.Batches, torch.cat([visible, others], 1));
    }
}
