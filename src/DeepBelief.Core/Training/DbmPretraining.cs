using DeepBelief.Persistence;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Pre-trains a <see cref="Dbm"/> greedily, before <see cref="DbmTraining"/> trains all layers together.</summary>
/// <remarks>
/// Layer by layer, as a <see cref="Dbn"/> is, but each RBM has copies of a layer, with the same parameters, in place of the layers
/// that its machine does not have: two of the lower one, except at the top, and two of the upper one, except at the bottom
/// (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines", section 3.2). A layer between two RBMs gets the mean of the parameters
/// that they have for it: with two hidden layers, p(h_1) of the machine is the geometric mean of theirs.
/// </remarks>
public static class DbmPretraining
{
    /// <summary>Pre-trains a machine on rows of data.</summary>
    /// <example><code>
    /// dbm.Pretrain(images, new() { Epochs = 5 });
    /// dbm.Fit(images, new() { Epochs = 20 });
    /// </code></example>
    /// <param name="dbm">The machine; its parameters are changed in place, at the end.</param>
    /// <param name="options">
    /// Options for all layers or for each; null uses the defaults. The default negative phase is contrastive divergence. Expected states
    /// go up. There are no checkpoints, missing values, centering or sparsity.
    /// </param>
    /// <returns>The metrics of each epoch, for each pair of layers.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception[not(contains(@cref, 'Checkpoint'))]|/param[@name='data' or @name='progress' or @name='weights' or @name='cancellationToken']"/>
    public static IReadOnlyList<TrainingHistory<EpochMetrics>> Pretrain(
        this Dbm dbm,
        Tensor data,
        DbnTrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
    {
        options = Check(dbm, data, options);
        using var scope = torch.NewDisposeScope();
        var (pairs, histories) = (new List<Rbm>(), new List<TrainingHistory<EpochMetrics>>());
        try
        {
            var (rows, top) = (data, dbm.Hidden.Count - 1);
            for (var layer = 0; layer <= top; layer++)
            {
                var view = layer == 0 ? dbm.Lowest : new Rbm(dbm.Hidden[layer - 1], dbm.Hidden[layer], dbm.Weights[layer]);
                pairs.Add(ModelFile.Clone(RbmCodec.Instance, view));
                var model = new CopiedRbm(pairs[layer], visibleCopies: layer < top ? 2 : 1, hiddenCopies: layer > 0 ? 2 : 1);
                using var copies = model.Copy(rows);
                var ofLayer = progress is null ? null : new LayerProgress(progress, layer + 1, top + 1);
                histories.Add(model.Fit(copies, options.OfLayer(layer), progress: ofLayer, weights: weights, cancellationToken: cancellationToken));
                rows = model.HiddenMean(rows);
            }

            Compose(dbm, pairs);
            return histories;
        }
        catch (TrainingCanceledException<EpochMetrics> e)
        {
            throw new TrainingCanceledException<EpochMetrics>([.. histories, e.History], (OperationCanceledException)e.InnerException!, cancellationToken);
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    private static DbnTrainingOptions Check(Dbm dbm, Tensor data, DbnTrainingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(dbm);
        options ??= new DbnTrainingOptions();
        options.Validate();
        ModelCheck.Trainable(dbm, dbm.parameters(), nameof(dbm));
        if (options.Layers is { } given && given.Count != dbm.Hidden.Count)
            throw new ArgumentException($"Expected options for {dbm.Hidden.Count} layers, found {given.Count}.", nameof(options));
        Guard.Option(options.Checkpoint is null, nameof(options.Checkpoint), options.Checkpoint?.Path, $"null: {nameof(Pretrain)} has no checkpoints");
        Guard.Option(options.Inputs == LayerInputs.Means, nameof(options.Inputs), options.Inputs, "expected states");
        Guard.Option(
            Enumerable.Range(0, dbm.Hidden.Count).All(layer => options.OfLayer(layer).ProductPrecision == ProductPrecision.Float32),
            nameof(options.ProductPrecision),
            ProductPrecision.BFloat16,
            $"{nameof(ProductPrecision.Float32)}: {nameof(Pretrain)} trains layers whose units count twice, which are no plain binary machines");
        Guard.Option(!options.TiedStart, nameof(options.TiedStart), options.TiedStart, $"false: {nameof(Pretrain)} counts units twice, so that a layer turned over is another one");
        if (dbm.parameters().Any(parameter => !parameter.requires_grad))
            throw new ArgumentException($"Expected a machine whose parameters are all trained, found some whose requires_grad is false; {nameof(DbmTraining.Fit)} leaves these as they are.", nameof(dbm));
        Guard.Rows(data, dbm.VisibleSize, dbm.Weights[0]);
        dbm.Visible.Support.Check(data);
        return options;
    }

    /// <summary>Gives the machine the weights of the RBMs, and the means of the parameters that they have for a layer.</summary>
    private static void Compose(Dbm dbm, List<Rbm> pairs)
    {
        using var noGrad = torch.no_grad();
        Assign(dbm.Visible, [pairs[0].Visible]);
        foreach (var (layer, units) in dbm.Hidden.Index())
        {
            Assign(units, layer + 1 < pairs.Count ? [pairs[layer].Hidden, pairs[layer + 1].Visible] : [pairs[layer].Hidden]);
            Parameters.Assign(dbm.Weights[layer], pairs[layer].Weight);
        }
    }

    private static void Assign(UnitLayer units, UnitLayer[] trained)
    {
        foreach (var (i, parameter) in units.parameters().Index())
            Parameters.Assign(parameter, torch.stack([.. trained.Select(layer => layer.parameters().ElementAt(i).detach())]).mean([0L]));
    }

    /// <summary>Adds to the progress of an RBM which of the pairs of layers it is.</summary>
    private sealed class LayerProgress(IProgress<TrainingProgress> target, int layer, int layers) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => target.Report(value with { Layer = layer, Layers = layers });
    }
}
