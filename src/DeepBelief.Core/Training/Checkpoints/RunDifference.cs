using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepBelief.Training;

/// <summary>An entry in which the descriptions of two runs differ.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Checkpoint">The checkpoint's value.</param>
/// <param name="Run">This run's value.</param>
internal sealed partial record RunDifference(string Name, string Checkpoint, string Run)
{
    /// <summary>True for what <see cref="CheckpointOptions.AllowChanges"/> allows: other options and other initial weights.</summary>
    public bool IsChange => Name.StartsWith("options/", StringComparison.Ordinal) || Name == RunDescription.InitialWeightsName;

    /// <summary>True for another seed of the run or of a layer.</summary>
    public bool IsSeed => IsChange && Name.EndsWith($"/{nameof(OptimizationOptions.Seed)}", StringComparison.Ordinal);

    /// <summary>True if the run does more epochs of a stage that no later one, as trained by the checkpoint, builds on.</summary>
    /// <param name="stages">The number of stages that have begun.</param>
    public bool IsMoreEpochs(int stages)
    {
        if (Epochs().Match(Name) is not { Success: true } name
            || !int.TryParse(Checkpoint, CultureInfo.InvariantCulture, out var done)
            || !int.TryParse(Run, CultureInfo.InvariantCulture, out var wanted))
            return false;
        // Nothing builds on a top with labels.
        if (wanted > done && name.Groups[2].Success)
            return true;
        var stage = name.Groups[1] is { Success: true, Value: var layer } ? int.Parse(layer, CultureInfo.InvariantCulture) : 0;
        return wanted > done && stage >= stages - 1;
    }

    public override string ToString() => $"{Name}: {Checkpoint} in the checkpoint, {Run} in this run";

    [GeneratedRegex(@"^options/(?:Layers\[(\d{1,9})\]/|(Top)/)?Epochs$")]
    private static partial Regex Epochs();
}
