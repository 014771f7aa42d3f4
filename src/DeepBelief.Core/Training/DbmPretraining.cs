using DeepBelief.Tensors;
using DeepBelief.Training;

#pragma warning disable CS1573 // The other parameters inherit their tags.

namespace DeepBelief;

/// <summary>Pre-trains a <see cref="Dbm"/> greedily, before <see cref="DbmTraining"/> trains all layers together.</summary>
/// <remarks>
/// Layer by layer, as a <see cref="Dbn"/> is, but each RBM has copies of a layer, with the same parameters, in place of the layers
/// that its machine does not have: two of the lower one, except at the top, and two of the upper one, except at the bottom
/// (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines", section 3.2). A layer between two RBMs gets the mean of the parameters
/// that they have for it: with two hidden layers, p(h_1) of the machine is the geometric mean of theirs.
/// <see cref="DbmPretrainingOptions.UpperCopies"/> gives upper layers more of the work.
/// </remarks>
public static class DbmPretraining
{
    /// <summary>Pre-trains a machine on rows of data.</summary>
    /// <example><code>
    /// dbm.Pretrain(images, new() { Epochs = 5 });
    /// dbm.Fit(images, new() { Epochs = 20 });
    /// </code></example>
    /// <param name="dbm">The machine; its parameters are changed in place, at the end, so not by a run that is cancelled.</param>
    /// <param name="data">Training rows, <c>[rows, visible]</c>, of the machine's type and device, dense; finite, in [0, 1] for binary units.</param>
    /// <param name="options">Options for all layers or for each; null uses the defaults.</param>
    /// <returns>The metrics of each epoch, for each pair of layers.</returns>
    /// <inheritdoc cref="EnergyModelTraining.Fit(IEnergyModel, Tensor, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, Tensor?, CancellationToken)" path="/exception|/param[@name='progress' or @name='weights' or @name='cancellationToken']"/>
    public static IReadOnlyList<TrainingHistory<EpochMetrics>> Pretrain(
        this Dbm dbm,
        Tensor data,
        DbmPretrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        Tensor? weights = null,
        CancellationToken cancellationToken = default)
        => options.OnAllRanks(own => TrainPairs(dbm, data, own, progress, weights, cancellationToken));

    private static List<TrainingHistory<EpochMetrics>> TrainPairs(
        Dbm dbm, Tensor data, DbmPretrainingOptions? options, IProgress<TrainingProgress>? progress, Tensor? weights, CancellationToken cancellationToken)
    {
        options = Check(dbm, data, options);
        using var scope = torch.NewDisposeScope();
        using var pairs = new DbmPairs(dbm, options.UpperCopies);
        foreach (var (layer, model) in pairs.Machines.Index())
            EnergyModelTraining.CheckOptions(model, options.OfLayer(layer));
        using var run = new TrainingRun(pairs, pairs.parameters(), options, new Batch(data, Weights: weights), validation: null, owner: dbm);
        run.CheckFinite();
        var histories = new List<TrainingHistory<EpochMetrics>>();
        var rows = data;
        foreach (var (layer, model) in pairs.Machines.Index())
        {
            var own = options.OfLayer(layer);
            own = own.ResolveBatches(model, AutomaticOptions.Batches(own, data.shape[0]), sample: null);
            histories.Add(run.Result<EpochMetrics>(layer, own) ?? Train(layer, model, own));
            rows = model.HiddenMean(rows);
        }

        pairs.Push(dbm);
        // As another call finds it, which so knows that the run left it.
        pairs.Pull(dbm);
        return histories;

        TrainingHistory<EpochMetrics> Train(int layer, CopiedRbm model, TrainingOptions own)
        {
            using var copies = model.Copy(rows);
            using var reader = EnergyModelTraining.Open(model, copies, weights, own, nameof(data));
            using var loop = run.Begin(layer, own, isNew => EnergyModelTraining.Task(model, reader, own, validation: null, isNew));
            try
            {
                loop.Run(epochs: null, new ProgressReporter(progress, layer + 1, pairs.Machines.Count), cancellationToken);
                return loop.History;
            }
            catch (TrainingCanceledException<EpochMetrics> e)
            {
                throw new TrainingCanceledException<EpochMetrics>([.. histories, e.History], (OperationCanceledException)e.InnerException!, cancellationToken);
            }
        }
    }

    private static DbmPretrainingOptions Check(Dbm dbm, Tensor data, DbmPretrainingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(dbm);
        options ??= new DbmPretrainingOptions();
        options.Validate();
        ModelCheck.Trainable(dbm, dbm.parameters(), nameof(dbm));
        if (options.Layers is { } given && given.Count != dbm.Hidden.Count)
            throw new ArgumentException($"Expected options for {dbm.Hidden.Count} layers, found {given.Count}.", nameof(options));
        if (dbm.parameters().Any(parameter => !parameter.requires_grad))
            throw new ArgumentException($"Expected a machine whose parameters are all trained, found some whose requires_grad is false; {nameof(DbmTraining.Fit)} leaves these as they are.", nameof(dbm));
        Guard.Rows(data, dbm.VisibleSize, dbm.Weights[0]);
        dbm.Visible.Support.Check(data);
        return options;
    }
}
