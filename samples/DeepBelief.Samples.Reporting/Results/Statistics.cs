using System.Globalization;

namespace DeepBelief.Samples.Reporting.Results;

/// <summary>A figure over several seeds.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="StandardDeviation">With n - 1; null for one seed.</param>
/// <param name="Count">Number of seeds.</param>
public sealed record Statistics(double Mean, double? StandardDeviation, int Count)
{
    public static Statistics Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new Statistics(
            mean,
            values.Count < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)),
            values.Count);
    }

    /// <summary>Four digits: <c>0.9682</c>, and <c>.9682 ± .0011</c> for several seeds.</summary>
    public override string ToString() => StandardDeviation is { } deviation ? $"{Short(Mean)} ± {Short(deviation)}" : Text(Mean);

    private static string Text(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Short(double value) => Text(value) is ['0', .. var rest] ? rest : Text(value);
}
