using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DeepBelief.Samples.Densities;

/// <summary>How a model of a density on the plane is made and trained.</summary>
public sealed record Recipe
{
    /// <summary>Units of each of the two hidden layers.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Points that the model learns from.</summary>
    public int Points { get; init; } = 10_000;

    /// <summary>Passes over them.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Seed of points, weights and chains.</summary>
    public int Seed { get; init; }

    /// <summary>The chains: with these steps on these densities, some three proposals out of four are accepted.</summary>
    public Langevin Langevin { get; init; } = new() { StepSize = 0.05, Steps = 10 };

    /// <summary>Trains a model of a density.</summary>
    /// <param name="density">The density.</param>
    /// <param name="progress">Told how far the run is.</param>
    public NeuralEnergyModel Train(PlaneDensity density, IProgress<TrainingProgress>? progress = null)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)Seed + 1);
        var data = density.Sample(Points, generator);
        torch.manual_seed(Seed);
        var network = Sequential(
            ("0", Linear(2, Width)),
            ("1", ReLU()),
            ("2", Linear(Width, Width)),
            ("3", ReLU()),
            ("4", Linear(Width, 1)));
        var model = new NeuralEnergyModel(network, visible: 2, Langevin);
        _ = model.Fit(
            data,
            new()
            {
                Epochs = Epochs,
                BatchSize = 250,
                LearningRate = Schedule.Linear(0.01, 0.001),
                Optimizer = new AdamSettings(),
                NegativePhase = new ReplayBuffer(chains: 250, capacity: 5000, restartProbability: 0.02),
                Seed = Seed,
            },
            progress: progress);
        return model;
    }
}
