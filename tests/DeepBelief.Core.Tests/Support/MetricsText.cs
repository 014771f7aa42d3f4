using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>The metrics of an epoch as a text, to compare runs by.</summary>
internal static class MetricsText
{
    /// <summary>All but the time, with the values of the diagnostics, of which a record prints no more than the type.</summary>
    public static string Of(IEpochMetrics metrics)
    {
        IEpochMetrics timeless = metrics switch
        {
            EpochMetrics own => own with { Elapsed = default },
            UpDownMetrics own => own with { Elapsed = default },
            ClassifierMetrics own => own with { Elapsed = default },
            LossMetrics own => own with { Elapsed = default },
            _ => throw new NotSupportedException($"{metrics.GetType()}"),
        };
        return $"{timeless} {string.Join(", ", metrics.Diagnostics)}";
    }
}
