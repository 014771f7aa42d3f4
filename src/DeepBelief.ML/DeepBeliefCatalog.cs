using DeepBelief.ML;
using DeepBelief.Training;
using Microsoft.ML;

namespace DeepBelief;

/// <summary>Adds the models of DeepBelief to the catalogs of ML.NET.</summary>
/// <remarks>
/// <para>Feature columns are vectors of <see cref="float"/> of a known size. Their rows are read once, into memory, to train; then each
/// row is mapped by itself whenever it is asked for, also by several cursors at once. Before a trainer that reads its rows many times,
/// <c>AppendCacheCheckpoint</c> keeps what was computed. Values are those that the model's units take: 0 to 1 for Bernoulli units. NaN is
/// refused; <c>Transforms.ReplaceMissingValues</c> fills it.</para>
/// <para>A fitted pipeline is saved and loaded by <c>mlContext.Model</c>, the model with it, as a .pt file; the application that loads it
/// references this package and need not do anything else. What is loaded computes on the CPU.</para>
/// </remarks>
public static class DeepBeliefCatalog
{
    private const string Features = "Features";
    private const string Label = "Label";

    /// <summary>Trains an <see cref="DeepBelief.Rbm"/> without labels; its features of a row are the means of its hidden units, E[h | v].</summary>
    /// <example><code>
    /// var pipeline = mlContext.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, hidden: 100))
    ///     .AppendCacheCheckpoint(mlContext)
    ///     .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
    /// </code></example>
    /// <param name="catalog">The catalog, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of the features, a vector of <see cref="float"/> of as many values as there are hidden units.</param>
    /// <param name="inputColumnName">The column of the rows, a vector of <see cref="float"/> of a known size.</param>
    /// <param name="create">Makes an untrained machine for so many columns; the transformer that is fitted owns it.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="exampleWeightColumnName">A column of <see cref="float"/> that says how much each row counts; null if all count alike.</param>
    /// <param name="progress">Receives the progress of the training.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ModelEstimator<Rbm> RbmFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        Func<long, Rbm> create,
        TrainingOptions? options = null,
        string? exampleWeightColumnName = null,
        IProgress<TrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        options?.Validate();
        return new(
            new InputColumns(inputColumnName, null, exampleWeightColumnName),
            OutputColumns.OfFeatures(outputColumnName),
            data => Trained.Model(create, data, rbm => _ = rbm.Fit(data.RowsOf(rbm), options, progress: progress, weights: data.WeightsOf(rbm)), MappedModel.Features));
    }

    /// <summary>Gives the features of a trained <see cref="DeepBelief.Rbm"/>, the means of its hidden units, E[h | v].</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of the features, a vector of <see cref="float"/>.</param>
    /// <param name="inputColumnName">The column of the rows, a vector of <see cref="float"/> of as many values as there are visible units.</param>
    /// <param name="trained">The machine; the transformer has a copy of it, as it is when the pipeline is fitted.</param>
    public static ModelEstimator<Rbm> RbmFeatures(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, Rbm trained)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(trained);
        return new(
            new InputColumns(inputColumnName),
            OutputColumns.OfFeatures(outputColumnName),
            data => Trained.Model(_ => trained.Clone(), data, _ => { }, MappedModel.Features))
        {
            NeedsRows = false,
        };
    }

    /// <summary>Trains a <see cref="DeepBelief.Dbn"/> without labels, layer by layer; its features of a row are the expected states of its top layer.</summary>
    /// <example><code>
    /// var features = mlContext.Transforms.DbnFeatures("Features", "Pixels", columns => Dbn.Bernoulli(columns, 256, 64));
    /// </code></example>
    /// <param name="catalog">The catalog, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of the features, a vector of <see cref="float"/> of as many values as the top layer has units.</param>
    /// <param name="inputColumnName">The column of the rows, a vector of <see cref="float"/> of a known size.</param>
    /// <param name="create">Makes an untrained network for so many columns; the transformer that is fitted owns it.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="exampleWeightColumnName">A column of <see cref="float"/> that says how much each row counts; null if all count alike.</param>
    /// <param name="progress">Receives the progress of the training.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ModelEstimator<Dbn> DbnFeatures(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        Func<long, Dbn> create,
        DbnTrainingOptions? options = null,
        string? exampleWeightColumnName = null,
        IProgress<TrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        options?.Validate();
        return new(
            new InputColumns(inputColumnName, null, exampleWeightColumnName),
            OutputColumns.OfFeatures(outputColumnName),
            data => Trained.Model(create, data, dbn => _ = dbn.Fit(data.RowsOf(dbn), options, progress: progress, weights: data.WeightsOf(dbn)), MappedModel.Features));
    }

    /// <summary>Gives the features of a trained <see cref="DeepBelief.Dbn"/>, the expected states of its top layer.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of the features, a vector of <see cref="float"/>.</param>
    /// <param name="inputColumnName">The column of the rows, a vector of <see cref="float"/> of as many values as there are visible units.</param>
    /// <param name="trained">The network; the transformer has a copy of it, as it is when the pipeline is fitted.</param>
    public static ModelEstimator<Dbn> DbnFeatures(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, Dbn trained)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(trained);
        return new(
            new InputColumns(inputColumnName),
            OutputColumns.OfFeatures(outputColumnName),
            data => Trained.Model(_ => trained.Clone(), data, _ => { }, MappedModel.Features))
        {
            NeedsRows = false,
        };
    }

    /// <summary>
    /// Trains an <see cref="DeepBelief.Rbm"/> on rows that are normal, or nearly all so. <c>Score</c>, a <see cref="float"/>, is the free energy of a
    /// row, in nats, known up to a constant: the higher, the less probable. <c>PredictedLabel</c> is true where it is above a threshold.
    /// </summary>
    /// <example><code>
    /// var trainer = mlContext.AnomalyDetection.Trainers.Rbm(columns => Rbm.Gaussian(columns, hidden: 50), outliers: 0.01);
    /// </code></example>
    /// <param name="catalog">The catalog, <c>mlContext.AnomalyDetection.Trainers</c>.</param>
    /// <param name="create">Makes an untrained machine for so many columns; the transformer that is fitted owns it.</param>
    /// <param name="featureColumnName">The column of the rows, a vector of <see cref="float"/> of a known size.</param>
    /// <param name="exampleWeightColumnName">A column of <see cref="float"/> that says how much each row counts in training; null if all count alike.</param>
    /// <param name="options">Training options; null uses the defaults.</param>
    /// <param name="outliers">
    /// The part of the training rows that are to be above the threshold, 0 or more and less than 1. New normal rows are above it somewhat
    /// more often than rows that the machine has seen.
    /// </param>
    /// <param name="progress">Receives the progress of the training.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option or <paramref name="outliers"/> is out of its range.</exception>
    public static ModelEstimator<Rbm> Rbm(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog,
        Func<long, Rbm> create,
        string featureColumnName = Features,
        string? exampleWeightColumnName = null,
        TrainingOptions? options = null,
        double outliers = 0.05,
        IProgress<TrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        if (outliers is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(outliers), outliers, "Expected 0 or more and less than 1.");
        options?.Validate();
        return new(
            new InputColumns(featureColumnName, null, exampleWeightColumnName),
            OutputColumns.OfAnomalies,
            data => Trained.Model(
                create,
                data,
                rbm => _ = rbm.Fit(data.RowsOf(rbm), options, progress: progress, weights: data.WeightsOf(rbm)),
                rbm => MappedModel.Anomalies(rbm, Trained.Threshold(rbm, data, outliers))));
    }

    /// <summary>
    /// Pre-trains a <see cref="DeepBelief.Dbn"/> on all rows, then trains the classifier that it becomes on those with a label. <c>Score</c>, a
    /// vector of <see cref="float"/>, has the probability of each class; <c>PredictedLabel</c> is the most probable class, a key like
    /// the label.
    /// </summary>
    /// <example><code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.MulticlassClassification.Trainers.Dbn(columns => Dbn.Bernoulli(columns, 256, 64)));
    /// </code></example>
    /// <param name="catalog">The catalog, <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="create">Makes an untrained network for so many columns; it is disposed when its classifier is made.</param>
    /// <param name="labelColumnName">
    /// The column of the classes, a key, as <c>Transforms.Conversion.MapValueToKey</c> makes it. Rows whose label is missing are
    /// pre-trained on only.
    /// </param>
    /// <param name="featureColumnName">The column of the rows, a vector of <see cref="float"/> of a known size.</param>
    /// <param name="exampleWeightColumnName">A column of <see cref="float"/> that says how much each row counts; null if all count alike.</param>
    /// <param name="pretraining">Options of the pre-training; null uses the defaults.</param>
    /// <param name="options">Options of the classifier's training; null uses the defaults.</param>
    /// <param name="dropout">Dropout in the classifier's training; null for none.</param>
    /// <param name="progress">Receives the progress of both trainings: first of the layers, then of the classifier.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ModelEstimator<Classifier> Dbn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        Func<long, Dbn> create,
        string labelColumnName = Label,
        string featureColumnName = Features,
        string? exampleWeightColumnName = null,
        DbnTrainingOptions? pretraining = null,
        ClassifierTrainingOptions? options = null,
        DropoutRates? dropout = null,
        IProgress<TrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        pretraining?.Validate();
        options?.Validate();
        return new(
            new InputColumns(featureColumnName, labelColumnName, exampleWeightColumnName),
            OutputColumns.OfClasses(labelColumnName),
            data => Trained.Classes(create, data, pretraining, options, dropout, progress));
    }

    /// <summary>Returns the models of this library that a pipeline has, also one that was loaded from a file.</summary>
    /// <example><code>
    /// var pipeline = mlContext.Model.Load("leaves.zip", out _);
    /// using var classifier = mlContext.Model.FindModels&lt;Classifier&gt;(pipeline).Single();
    /// classifier.Save("leaves.pt");
    /// </code></example>
    /// <typeparam name="TModel"><see cref="DeepBelief.Rbm"/>, <see cref="DeepBelief.Dbn"/> or <see cref="Classifier"/>.</typeparam>
    /// <param name="catalog">The catalog, <c>mlContext.Model</c>.</param>
    /// <param name="pipeline">The fitted pipeline, or a part of it.</param>
    /// <returns>Copies on the CPU, in the order of the pipeline, which the caller owns; none if there are no models of the type.</returns>
    /// <exception cref="Files.DataFormatException">A model in the pipeline is damaged.</exception>
    public static IReadOnlyList<TModel> FindModels<TModel>(this ModelOperationsCatalog catalog, ITransformer pipeline)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(pipeline);
        var models = new List<TModel>();
        try
        {
            foreach (var found in SavedModels.Of(pipeline))
            {
                if (found is MappedModel<TModel> { Model: var model })
                    models.Add(model);
                else
                    found.Dispose();
            }

            return models;
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }
}
