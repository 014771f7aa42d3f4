using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>Makes models of the sizes of the command line, and trains them.</summary>
/// <param name="Run">The command.</param>
/// <param name="Settings">The options of the run.</param>
/// <param name="Data">The rows.</param>
/// <param name="Hidden">The sizes of the hidden layers, lowest first.</param>
/// <param name="Seed">The seed of weights, shuffling and sampling.</param>
/// <param name="Device">Where to compute.</param>
internal sealed record ModelTraining(CommandRun Run, TrainingSettings Settings, TrainingRows Data, IReadOnlyList<long> Hidden, long Seed, Device Device)
{
    /// <summary>An RBM with hidden units of a kind.</summary>
    public Trained Rbm(UnitChoice hidden) => Kept(
        new Rbm(Data.Visible, hidden.Create(Hidden[0]), seed: Seed),
        rbm => Trained.Of(rbm, Run.Progress.Training("rbm", progress => rbm.Fit(Data.Rows, Settings.Of(Run, WithGaps(new TrainingOptions()), Seed), Data.Validation, progress, cancellationToken: Run.CancellationToken))));

    /// <summary>A deep belief network, layer by layer.</summary>
    public Trained Dbn() => Kept(
        NewDbn(),
        dbn => Trained.Of(dbn, Run.Progress.Training("dbn", progress => dbn.Fit(Data.Rows, Settings.Of(Run, WithGaps(new DbnTrainingOptions()), Seed), Data.Validation, progress, cancellationToken: Run.CancellationToken))));

    /// <summary>A deep Boltzmann machine, all layers together.</summary>
    public Trained Dbm() => Kept(
        new Dbm(Data.Visible, Hidden.Select(size => new BernoulliUnits(size)), seed: Seed),
        dbm => Trained.Of(dbm, Run.Progress.Training("dbm", progress => dbm.Fit(Data.Rows, Settings.Of(Run, new DbmTrainingOptions(), Seed), Data.Validation, progress, cancellationToken: Run.CancellationToken))));

    /// <summary>A deep belief network that becomes a classifier.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="unseen">The classes of the validation rows; null for none.</param>
    public Trained Classifier(Tensor labels, long classes, Tensor? unseen)
    {
        using var dbn = NewDbn();
        _ = Placement.Moved(dbn, Device, ScalarType.Float32);
        var layers = Run.Progress.Training("pre-training", progress => dbn.Fit(Data.Rows, Settings.OfPretraining(Run, new DbnTrainingOptions(), Seed), Data.Validation, progress, cancellationToken: Run.CancellationToken));
        return Kept(dbn.ToClassifier(classes, Seed), net => Trained.Of(net, layers, FineTune(net, labels, unseen)));
    }

    private TrainingHistory<ClassifierMetrics> FineTune(Classifier net, Tensor labels, Tensor? unseen)
    {
        var options = Settings.OfFineTuning(Run, new ClassifierTrainingOptions(), Seed);
        (Tensor, Tensor)? validation = Data.Validation is { } rows && unseen is not null ? (rows, unseen) : null;
        try
        {
            return Run.Progress.Training("classifier", progress => net.FitClassifier(Data.Rows, labels, options, validation, progress, cancellationToken: Run.CancellationToken));
        }
        catch (CheckpointMismatchException e)
        {
            throw new DataFormatException(ResumeDifferences.Text(e, "--fine-tuning-epochs"), e);
        }
    }

    // Weights of the seeds that Dbn.Bernoulli gives them.
    private Dbn NewDbn() => new(Hidden.Select((size, i) => new Rbm(
        i == 0 ? Data.Visible : new BernoulliUnits(Hidden[i - 1]),
        new BernoulliUnits(size),
        seed: Randomness.Derive(Seed, Randomness.LayerWeights + i))));

    private TOptions WithGaps<TOptions>(TOptions options)
        where TOptions : TrainingOptions
        => Data.HaveGaps ? (TOptions)(options with { MissingValues = MissingValues.Draw }) : options;

    // A model whose training failed is no one's.
    private Trained Kept<TModel>(TModel model, Func<TModel, Trained> train)
        where TModel : torch.nn.Module
    {
        try
        {
            return train(Placement.Moved(model, Device, ScalarType.Float32));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
