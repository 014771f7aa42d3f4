using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Trains autoencoders to reconstruct rows.</summary>
public static class AutoencoderTraining
{
    /// <summary>Trains an autoencoder on rows.</summary>
    /// <example><code>
    /// var options = new AutoencoderTrainingOptions { Epochs = 50, Patience = 5 };
    /// var history = autoencoder.FitAutoencoder(images, options, validation: others);
    /// Console.WriteLine($"{history.Best.Validation:f1} nats in epoch {history.BestEpoch}");
    /// </code></example>
    /// <param name="autoencoder">The autoencoder; its parameters are changed in place.</param>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the autoencoder's element type and on its device; finite and in the range
    /// of its outputs. Of a sparse tensor, COO, CSR or CSC, only the rows of a batch are made dense.
    /// </param>
    /// <param name="validation">Rows to score after every epoch and, if enabled, for early stopping; null for none.</param>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='weights' or @name='cancellationToken' or @name='options']|/returns"/>
    public static TrainingHistory<LossMetrics> FitAutoencoder(
        this Autoencoder autoencoder,
        Tensor data,
        AutoencoderTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = autoencoder.StartTraining(data, options, validation, weights);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Trains an autoencoder on rows that are read batch by batch, for data larger than memory.</summary>
    /// <param name="source">
    /// The batches: rows of the autoencoder's element type and on its device. The run's first epoch checks the values.
    /// <see cref="OptimizationOptions.BatchSize"/> has no effect. Training rows to score are drawn from the first batches that together
    /// have 1000 rows, or <see cref="OptimizationOptions.EvaluationRows"/> if that is more.
    /// </param>
    /// <inheritdoc cref="FitAutoencoder(Autoencoder, Tensor, AutoencoderTrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)"/>
    public static TrainingHistory<LossMetrics> FitAutoencoder(
        this Autoencoder autoencoder,
        IBatchSource source,
        AutoencoderTrainingOptions? options = null,
        Tensor? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainer = autoencoder.StartTraining(source, options, validation);
        return trainer.Train(epochs: null, progress, cancellationToken);
    }

    /// <summary>Starts a training run of an autoencoder whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="FitAutoencoder(Autoencoder, Tensor, AutoencoderTrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this Autoencoder autoencoder,
        Tensor data,
        AutoencoderTrainingOptions? options = null,
        Tensor? validation = null,
        Tensor? weights = null)
        => options.OnAllRanks(own => new Reconstruction(autoencoder, own).Start(data, validation, weights));

    /// <summary>Starts a training run of an autoencoder on rows that are read batch by batch, whose epochs are asked for as they are wanted.</summary>
    /// <returns>The trainer, which the caller disposes.</returns>
    /// <inheritdoc cref="FitAutoencoder(Autoencoder, IBatchSource, AutoencoderTrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)" path="/param|/exception[not(contains(@cref, 'Training'))]"/>
    public static Trainer<LossMetrics> StartTraining(
        this Autoencoder autoencoder,
        IBatchSource source,
        AutoencoderTrainingOptions? options = null,
        Tensor? validation = null)
        => options.OnAllRanks(own => new Reconstruction(autoencoder, own).Start(source, validation));

    /// <summary>Runs in which the rows themselves are what is to be predicted.</summary>
    private sealed class Reconstruction
    {
        private readonly Autoencoder autoencoder;
        private readonly ReconstructionLoss loss;
        private readonly NetworkRun run;

        public Reconstruction(Autoencoder autoencoder, AutoencoderTrainingOptions? options)
        {
            options ??= new AutoencoderTrainingOptions();
            ArgumentNullException.ThrowIfNull(autoencoder);
            this.autoencoder = autoencoder;
            loss = options.Loss ?? (autoencoder.HasCrossEntropy ? ReconstructionLoss.CrossEntropy : ReconstructionLoss.SquaredError);
            autoencoder.CheckLoss(loss);
            run = new NetworkRun(autoencoder, options, check: null) { Support = autoencoder.VisibleSupport, Names = ("data", "data") };
        }

        public Trainer<LossMetrics> Start(Tensor data, Tensor? validation, Tensor? weights) => run.Start(new Batch(data, null, weights), Rows(validation), Objective);

        public Trainer<LossMetrics> Start(IBatchSource source, Tensor? validation) => run.Start(source, Rows(validation), Objective);

        private static Batch? Rows(Tensor? validation) => validation is null ? null : new Batch(validation);

        private LossObjective Objective(BatchReader rows) => new(autoencoder, (inputs, batch) => autoencoder.Differences(inputs, batch.Rows, loss));
    }
}
