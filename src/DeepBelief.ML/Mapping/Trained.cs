using System.Globalization;
using DeepBelief.Training;

namespace DeepBelief.ML;

/// <summary>Makes and trains the models of estimators.</summary>
internal static class Trained
{
    /// <summary>Returns a new model, trained.</summary>
    public static MappedModel<TModel> Model<TModel>(Func<long, TModel> create, TrainingData data, Action<TModel> train, Func<TModel, MappedModel<TModel>> map)
        where TModel : torch.nn.Module<Tensor, Tensor>
    {
        var model = Create(create, data.Width);
        try
        {
            train(model);
            return map(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Returns a classifier, trained.</summary>
    public static MappedModel<Classifier> Classes(
        Func<long, Dbn> create,
        TrainingData data,
        DbnTrainingOptions? pretraining,
        ClassifierTrainingOptions? options,
        DropoutRates? dropout,
        IProgress<TrainingProgress>? progress)
    {
        using var dbn = Create(create, data.Width);
        var (rows, weights) = (data.RowsOf(dbn), data.WeightsOf(dbn));
        var (known, labels) = data.LabelsOf(dbn);
        _ = dbn.Fit(rows, pretraining, progress: progress, weights: weights);
        var classifier = dbn.ToClassifier(data.Classes, pretraining?.Seed ?? 0, dropout);
        try
        {
            _ = classifier.FitClassifier(rows.index_select(0, known), labels, options, progress: progress, weights: weights?.index_select(0, known));
            return MappedModel.Classes(classifier);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the free energy that a part of the training rows is above: half-way between two of them, so that their rounding, which differs
    /// between one row and many, does not matter.
    /// </summary>
    public static float Threshold(Rbm rbm, TrainingData data, double outliers)
    {
        using var noGrad = torch.no_grad();
        var energies = rbm.FreeEnergy(data.RowsOf(rbm)).to(ScalarType.Float32, torch.CPU).data<float>().ToArray();
        Array.Sort(energies);
        var below = energies.Length - (int)(outliers * energies.Length);
        return below < energies.Length ? (energies[below - 1] + energies[below]) / 2 : energies[^1] + Math.Max(1, Math.Abs(energies[^1])) / 1000;
    }

    private static TModel Create<TModel>(Func<long, TModel> create, int columns)
        where TModel : torch.nn.Module<Tensor, Tensor>
    {
        var model = create(columns) ?? throw new ArgumentException("Expected a model, found null.", nameof(create));
        var visible = model switch { Rbm rbm => rbm.VisibleSize, Dbn dbn => dbn.VisibleSize, _ => columns };
        if (visible == columns)
            return model;
        model.Dispose();
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"Expected a model of {columns} visible units, one for each value of a row, found one of {visible}."),
            nameof(create));
    }
}
