using System.Globalization;
using DeepBelief.Data;

namespace DeepBelief.Samples.Tabular;

/// <summary>Ways to work that depend on the weather, as nobody recorded them.</summary>
internal static class SyntheticTable
{
    private static readonly string[] Seasons = ["winter", "spring", "summer", "autumn"];
    private static readonly double[] Temperatures = [1, 11, 23, 10];
    private static readonly double[] Rain = [0.5, 0.4, 0.15, 0.6];

    public static CsvTable Create(int rows, int seed)
    {
        var random = new Random(seed);
        return new CsvTable(
            ["season", "temperature", "distance", "rain", "umbrella", "transport"],
            [.. Enumerable.Range(0, rows).Select(_ => Row(random))]);
    }

    private static string?[] Row(Random random)
    {
        var season = random.Next(Seasons.Length);
        var rain = random.NextDouble() < Rain[season];
        var temperature = Temperatures[season] + (3 * Normal(random)) - (rain ? 3 : 0);
        // Kilometres, half of the people near and half far away.
        var distance = Math.Exp((random.Next(2) == 0 ? 0 : 2) + (0.4 * Normal(random)));
        var umbrella = random.NextDouble() < (rain ? 0.9 : 0.05);
        var transport = distance < 2.7 ? "walk" : rain || temperature < 5 ? "bus" : "bike";
        if (random.NextDouble() < 0.05)
            transport = "car";
        return [Seasons[season], Text(temperature), Text(distance), rain ? "yes" : "no", umbrella ? "yes" : "no", transport];
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
