using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using TorchSharp;

namespace DeepBelief.Experiments.Full;

/// <summary>What a classifier begins as: a network that learns from the images without their labels.</summary>
internal abstract record FullNetwork
{
    /// <summary>What it is called in tables.</summary>
    public abstract string Title { get; }

    /// <summary>How its layers learn: a sentence.</summary>
    public abstract string Learning { get; }

    /// <summary>Trains it on all training images, or takes what an earlier run has kept. The caller owns the result.</summary>
    public abstract FullStart Train(ExperimentContext context, int seed);
}

/// <summary>A deep belief network.</summary>
/// <param name="Dbn">Its layers, and how they learn.</param>
internal sealed record BeliefNetwork(WholeMnistDbn Dbn) : FullNetwork
{
    public override string Title => $"DBN {string.Join('-', Dbn.Sizes)}";

    public override string Learning => PretrainingCurves.LayerByLayer;

    public override FullStart Train(ExperimentContext context, int seed)
        => new BeliefStart(context.Pretrain(Dbn.Plan(seed, context.Data.Whole.TrainImages)));

    private sealed class BeliefStart(PretrainedDbn pretrained) : FullStart
    {
        public override IReadOnlyList<LayerHistory> Layers { get; } =
        [
            .. pretrained.Dbn.Layers.Zip(pretrained.Histories).Index().Select(layer => new LayerHistory(
                FormattableString.Invariant($"layer {layer.Index + 1}, {layer.Item.First.VisibleSize}-{layer.Item.First.HiddenSize}"), layer.Item.First.VisibleSize, layer.Item.Second)),
        ];

        public override TimeSpan Time => pretrained.Time;

        public override Classifier ToClassifier(long classes, long seed, DropoutRates dropout) => pretrained.Dbn.ToClassifier(classes, seed, dropout);

        public override torch.Tensor Inputs(torch.Tensor images) => images.alias().DetachFromDisposeScope();

        public override void Dispose() => pretrained.Dispose();
    }
}

/// <summary>A deep Boltzmann machine (Salakhutdinov and Hinton 2009).</summary>
/// <param name="Sizes">Of its layers, visible first.</param>
/// <param name="Weights">How the weights are drawn.</param>
/// <param name="Training">How all of it learns; without a seed.</param>
/// <param name="IsAugmented">Whether the classifier sees, beside an image, what inference expects of the second hidden layer.</param>
internal sealed record BoltzmannNetwork(IReadOnlyList<long> Sizes, WeightInitialization Weights, DbmTrainingOptions Training, bool IsAugmented) : FullNetwork
{
    public override string Title => $"DBM {string.Join('-', Sizes)}";

    public override string Learning => "All layers are trained together.";

    public override FullStart Train(ExperimentContext context, int seed)
        => new BoltzmannStart(context.Pretrain(new MachinePlan($"{Title}: pre-training", "whole-boltzmann", Sizes, Weights, Training with { Seed = seed }, context.Data.Whole.TrainImages)), IsAugmented);

    private sealed class BoltzmannStart(Trained<Dbm, TrainingHistory<EpochMetrics>> trained, bool isAugmented) : FullStart
    {
        // Inference keeps all layers of its rows in memory.
        private const long BlockRows = 5000;

        private readonly Dbm dbm = trained.Model;

        public override IReadOnlyList<LayerHistory> Layers { get; } = [new("all layers together", trained.Model.VisibleSize, trained.History)];

        public override TimeSpan Time => trained.Time;

        public override Classifier ToClassifier(long classes, long seed, DropoutRates dropout)
            => isAugmented ? dbm.ToAugmentedClassifier(classes, seed, dropout) : dbm.ToClassifier(classes, seed, dropout);

        public override torch.Tensor Inputs(torch.Tensor images)
        {
            using var scope = torch.NewDisposeScope();
            return (isAugmented ? torch.cat([.. images.split(BlockRows, 0).Select(rows => dbm.WithInferred(rows))]) : images.alias()).DetachFromDisposeScope();
        }

        public override void Dispose() => dbm.Dispose();
    }
}

/// <summary>A network that has learned from the images, of which classifiers are made.</summary>
internal abstract class FullStart : IDisposable
{
    /// <summary>How the training of its layers went.</summary>
    public abstract IReadOnlyList<LayerHistory> Layers { get; }

    /// <summary>How long that took, when it was done.</summary>
    public abstract TimeSpan Time { get; }

    /// <summary>A classifier before it has seen a label; the caller owns it.</summary>
    public abstract Classifier ToClassifier(long classes, long seed, DropoutRates dropout);

    /// <summary>What the classifier sees of images, <c>[rows, inputs]</c>; the caller disposes it.</summary>
    public abstract torch.Tensor Inputs(torch.Tensor images);

    public abstract void Dispose();
}
