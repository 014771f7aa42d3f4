using System.Text.Json.Nodes;
using DeepBelief.Cli.Output;
using DeepBelief.Training;

namespace DeepBelief.Cli.Models;

/// <summary>A model that was trained, and how it went.</summary>
/// <param name="Model">The model, which the caller disposes.</param>
/// <param name="Epochs">The metrics of each epoch, for the JSON document; for a network, a list of each layer's.</param>
/// <param name="Last">The last metrics, for people.</param>
/// <param name="Warning">What the user should know; null for nothing.</param>
internal sealed record Trained(torch.nn.Module Model, JsonArray Epochs, string Last, string? Warning)
{
    /// <summary>The metrics of layers that were trained without labels; null if there are none.</summary>
    public JsonArray? Pretraining { get; init; }

    /// <summary>A model of one run.</summary>
    public static Trained Of(torch.nn.Module model, TrainingHistory<EpochMetrics> history) => new(model, List(history), Text(history), history.Warning);

    /// <summary>A model of a run for each layer.</summary>
    public static Trained Of(torch.nn.Module model, IReadOnlyList<TrainingHistory<EpochMetrics>> layers)
        => new(model, List(layers), string.Join("; ", layers.Select((layer, i) => $"layer {i + 1}: {Text(layer)}")), layers.Select(layer => layer.Warning).FirstOrDefault(warning => warning is not null));

    /// <summary>A classifier, after layers without labels.</summary>
    public static Trained Of(torch.nn.Module model, IReadOnlyList<TrainingHistory<EpochMetrics>> layers, TrainingHistory<ClassifierMetrics> history)
    {
        var last = history.BestEpoch > 0 && history.StoppedEarly ? history.Best : history.Last;
        var text = FormattableString.Invariant($"epoch {last.Epoch}: accuracy {last.Train.Accuracy:f4} on rows of the training{(last.Validation is { } unseen ? FormattableString.Invariant($", {unseen.Accuracy:f4} on the validation rows") : "")}");
        return new(model, [.. history.Epochs.Select(Of)], text, history.Warning) { Pretraining = List(layers) };
    }

    private static JsonArray List(TrainingHistory<EpochMetrics> history) => [.. history.Epochs.Select(Of)];

    private static JsonArray List(IReadOnlyList<TrainingHistory<EpochMetrics>> layers) => [.. layers.Select(List)];

    private static string Text(TrainingHistory<EpochMetrics> history)
    {
        var last = history.StoppedEarly ? history.Best : history.Last;
        var text = FormattableString.Invariant($"epoch {last.Epoch}: reconstruction error {last.ReconstructionError:f4}");
        // There is a gap where there are validation rows, which the error is of, too.
        return last.FreeEnergyGap is { } gap ? FormattableString.Invariant($"{text} on the validation rows, whose free energy is {Math.Abs(gap):f4} nats {(gap < 0 ? "below" : "above")} that of the others") : text;
    }

    private static JsonObject Of(EpochMetrics epoch) => new()
    {
        ["epoch"] = epoch.Epoch,
        ["learningRate"] = epoch.LearningRate,
        ["reconstructionError"] = Outcome.Number(epoch.ReconstructionError),
        ["pseudoLogLikelihood"] = Outcome.Number(epoch.PseudoLogLikelihood),
        ["freeEnergyGap"] = Outcome.Number(epoch.FreeEnergyGap),
    };

    private static JsonObject Of(ClassifierMetrics epoch) => new()
    {
        ["epoch"] = epoch.Epoch,
        ["learningRate"] = epoch.LearningRate,
        ["loss"] = Outcome.Number(epoch.Train.Loss),
        ["accuracy"] = Outcome.Number(epoch.Train.Accuracy),
        ["validationLoss"] = Outcome.Number(epoch.Validation?.Loss),
        ["validationAccuracy"] = Outcome.Number(epoch.Validation?.Accuracy),
    };
}
