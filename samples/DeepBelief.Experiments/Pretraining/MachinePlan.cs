using DeepBelief.Data;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;

namespace DeepBelief.Experiments.Pretraining;

/// <summary>A deep Boltzmann machine of binary units, and how all of it learns.</summary>
/// <param name="Title">For the console.</param>
/// <param name="Name">For the checkpoint's file name: letters, digits and hyphens.</param>
/// <param name="Sizes">Of the layers, visible first.</param>
/// <param name="Weights">How they are drawn, with the seed of <paramref name="Options"/>.</param>
/// <param name="Options">How to train; without a checkpoint.</param>
/// <param name="Images">Training rows.</param>
internal sealed record MachinePlan(
    string Title, string Name, IReadOnlyList<long> Sizes, WeightInitialization Weights, DbmTrainingOptions Options, torch.Tensor Images)
{
    /// <inheritdoc cref="PretrainingPlan.Batches"/>
    public IBatchSource? Batches { get; init; }

    /// <inheritdoc cref="PretrainingPlan.Making"/>
    public string? Making { get; init; }

    /// <summary>The trained RBM that its two lowest layers begin as; null: all begins untrained.</summary>
    public Rbm? Lowest { get; init; }

    /// <summary>All that determines what is trained, but for the weights of <see cref="Lowest"/>, which checkpoints compare.</summary>
    public IEnumerable<string> Identity =>
    [
        string.Join('-', Sizes),
        Weights.ToString(),
        string.Join('x', Images.shape),
        Batches?.GetType().Name ?? "",
        Lowest is null ? "" : "begins as an RBM",
        Options.ToString(),
    ];

    /// <summary>The machine before training; the caller owns it.</summary>
    public Dbm Create(torch.Device device) => Lowest is { } rbm
        ? rbm.ToDbm(Sizes.Skip(2).Select(size => (UnitLayer)new BernoulliUnits(size).to(rbm.Weight.device)), Weights, Options.Seed)
        : Dbm.Bernoulli(Sizes, Weights, Options.Seed, device);

    /// <summary>The training, for the report.</summary>
    public Stage ToStage(Trained<Dbm, TrainingHistory<EpochMetrics>> trained) => new(
        Title, (int)Options.Seed, trained.Time, Images.shape[0] * trained.History.Epochs.Count, trained.Reused)
    {
        Settings = [StageSettings.Of(Title, Options, FormattableString.Invariant($"{Images.shape[0]:N0} images"), Making)],
    };
}
