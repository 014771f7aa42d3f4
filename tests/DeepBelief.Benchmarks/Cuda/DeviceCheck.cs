using System.Diagnostics;
using System.Text.Json.Serialization;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Something that a device must do as the CPU does.</summary>
/// <param name="Name">What is checked.</param>
/// <param name="Compared">What is compared with what, and in which unit the difference is.</param>
/// <param name="Tolerance">The largest difference that passes.</param>
/// <param name="Measure">The difference on a device; null where the device can't tell.</param>
internal sealed record DeviceCheck(string Name, string Compared, double Tolerance, Func<Device, double?> Measure)
{
    // Every check draws the same numbers, whatever ran before.
    private const long Seed = 1;

    /// <summary>Runs it. Whatever it throws is a failure.</summary>
    public CheckResult Run(Device device)
    {
        _ = torch.random.manual_seed(Seed);
        if (device.type == DeviceType.CUDA)
            torch.cuda.manual_seed_all(Seed);
        var start = Stopwatch.GetTimestamp();
        return Judge(device) with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    private CheckResult Judge(Device device)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            // A difference that is no number does not pass.
            return Measure(device) is { } found
                ? new(Name, Compared, Tolerance, double.IsNaN(found) ? double.PositiveInfinity : found, found <= Tolerance ? CheckOutcome.Passed : CheckOutcome.Failed)
                : new(Name, Compared, Tolerance, null, CheckOutcome.NotJudged);
        }
        catch (Exception e)
        {
            return new(Name, Compared, Tolerance, null, CheckOutcome.Failed) { Error = e.Message.Split('\n')[0].Trim() };
        }
    }
}

/// <summary>How a check ended.</summary>
internal enum CheckOutcome
{
    Passed,
    Failed,

    /// <summary>It ran, but this device can't tell.</summary>
    NotJudged,
}

/// <summary>What a check came to.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Compared">What was compared.</param>
/// <param name="Tolerance">The largest difference that passes.</param>
/// <param name="Found">The difference; null where there is none. Infinity where it was no number.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record CheckResult(string Name, string Compared, double Tolerance, double? Found, CheckOutcome Outcome)
{
    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>What it threw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
