using DeepBelief.Tests.Oracles;
using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

public sealed class TruncatedNormalTests
{
    // s; log-normaliser, mean and variance, computed with 60 digits or more from their definitions.
    private static readonly double[,] Exact =
    {
        { -1e8, -18.420680743952366, 9.999999999999998e-9, 9.999999999999994e-17 },
        { -1e6, -13.815510557965274, 9.99999999998e-7, 9.99999999994e-13 },
        { -1e4, -9.2103403819761825, 9.99999980000001e-5, 9.99999940000005e-9 },
        { -1000, -6.9077562789796371, 0.00099999800000999993, 9.9999400004999948e-7 },
        { -100, -4.6052701610004159, 0.0099980009992607052, 9.994004994826345e-5 },
        { -30, -3.4023054231385244, 0.033259667433677037, 0.001103771511890091 },
        { -10, -2.3123466173077978, 0.098093233962511963, 0.0094453778256562612 },
        { -5, -1.646059860784053, 0.18650396712584212, 0.032696434617112225 },
        { -3, -1.1887876883056768, 0.28309865493043651, 0.070559186785268117 },
        { -1, -0.42208311180459076, 0.52513527616098121, 0.19909766557034879 },
        { -0.25, 0.037126768393537687, 0.71355397941640391, 0.31245222360491325 },
        { 0, 0.22579135264472743, 0.79788456080286536, 0.36338022763241866 },
        { 0.25, 0.43720445779524231, 0.89583937101681727, 0.42143166409039754 },
        { 1, 1.2461847541812229, 1.2875999709391784, 0.6296862857766054 },
        { 3, 5.4175877232399245, 3.0044378390421257, 0.98666678845825919 },
        { 5, 13.41893824655306, 5.0000014867199409, 0.99999256639808514 },
        { 10, 50.918938533204673, 10, 1 },
        { 30, 450.91893853320467, 30, 1 },
        { 1e4, 50000000.918938533, 1e4, 1 },
        { 1e8, 5000000000000000.9, 1e8, 1 },
    };

    [Theory]
    [InlineData(ScalarType.Float64, 1e8, 4e-15)]
    [InlineData(ScalarType.Float32, 1e4, 1e-6)]
    public void Moments_are_accurate_in_both_tails(ScalarType type, double range, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Enumerable.Range(0, Exact.GetLength(0)).Where(i => Math.Abs(Exact[i, 0]) <= range).ToArray();
        var s = torch.tensor(rows.Select(i => Exact[i, 0]).ToArray()).to(type);

        Check(TruncatedNormal.LogNormaliser(s), 1);
        Check(TruncatedNormal.Mean(s), 2);
        Check(TruncatedNormal.Variance(s), 3);

        void Check(Tensor values, int column)
        {
            foreach (var (found, i) in Enumeration.Read(values).Zip(rows))
            {
                // A logarithm near zero is accurate as its argument is.
                var size = column == 1 ? Math.Max(1, Math.Abs(Exact[i, 1])) : Exact[i, column];
                (Math.Abs(found - Exact[i, column]) / size).Should().BeLessThan(tolerance, $"column {column} at {Exact[i, 0]} is {Exact[i, column]}");
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e8, 2e-13)]
    [InlineData(ScalarType.Float32, 1e4, 1e-5)]
    public void Derivatives_by_autograd_are_accurate_in_both_tails(ScalarType type, double range, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Enumerable.Range(0, Exact.GetLength(0)).Where(i => Math.Abs(Exact[i, 0]) <= range).ToArray();
        var s = torch.tensor(rows.Select(i => Exact[i, 0]).ToArray()).to(type).requires_grad_();

        var first = torch.autograd.grad([TruncatedNormal.LogNormaliser(s).sum()], [s], retain_graph: true, create_graph: true)[0];
        var second = torch.autograd.grad([first.sum()], [s])[0];
        var ofMean = torch.autograd.grad([TruncatedNormal.Mean(s).sum()], [s])[0];
        foreach (var (values, column) in new[] { (first, 2), (second, 3), (ofMean, 3) })
        {
            foreach (var (found, i) in Enumeration.Read(values).Zip(rows))
                Math.Abs(found / Exact[i, column] - 1).Should().BeLessThan(tolerance, $"column {column} at {Exact[i, 0]} is {Exact[i, column]}");
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(ScalarType.Float64, -1e8)]
    [InlineData(ScalarType.Float64, -1e4)]
    [InlineData(ScalarType.Float64, -30)]
    [InlineData(ScalarType.Float64, -3)]
    [InlineData(ScalarType.Float64, -0.25)]
    [InlineData(ScalarType.Float64, 0)]
    [InlineData(ScalarType.Float64, 0.25)]
    [InlineData(ScalarType.Float64, 3)]
    [InlineData(ScalarType.Float64, 30)]
    [InlineData(ScalarType.Float32, -1e4)]
    [InlineData(ScalarType.Float32, -3)]
    [InlineData(ScalarType.Float32, 0)]
    [InlineData(ScalarType.Float32, 1)]
    [InlineData(ScalarType.Float32, 1e4)]
    public void Samples_follow_the_law(ScalarType type, double s)
    {
        const int Count = 200_000;
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        var samples = Enumeration.Read(TruncatedNormal.Sample(torch.full(Count, s, dtype: type), generator));
        samples.Min().Should().BeGreaterThanOrEqualTo(0);

        var i = Enumerable.Range(0, Exact.GetLength(0)).First(row => Exact[row, 0] == s);
        var (mean, variance) = (Exact[i, 2], Exact[i, 3]);
        // Five standard errors; the fourth moment is at most nine squared variances, that of an exponential number.
        samples.Average().Should().BeApproximately(mean, 5 * Math.Sqrt(variance / Count));
        samples.Average(y => (y - mean) * (y - mean)).Should().BeApproximately(variance, 5 * variance * Math.Sqrt(8.0 / Count));

        // Kolmogorov and Smirnov: 2.2 / √n is exceeded once in 8,000 times. At s = 10⁴, 32 bits hold steps of 0.001.
        Array.Sort(samples);
        var distance = Below(s, samples).Select((below, rank) => Math.Abs(below - (rank + 0.5) / Count)).Max();
        distance.Should().BeLessThan((2.2 / Math.Sqrt(Count)) + (s == 1e4 ? 4e-4 : 0));
    }

    [Fact]
    public void The_extremes_of_uniform_numbers_give_what_is_possible()
    {
        using var scope = torch.NewDisposeScope();
        var s = torch.tensor(new[] { -1e4f, -1, 0, 1, 1e4f });
        var least = Enumeration.Read(TruncatedNormal.Quantile(s, torch.zeros(5)));
        var most = Enumeration.Read(TruncatedNormal.Quantile(s, torch.full(5, MathF.BitDecrement(1))));
        // As far as 24 bits reach: 5.4 standard deviations of the normal law, 16.6 means of the exponential one.
        least[..4].Should().OnlyContain(y => y >= 0 && y < 2e-7);
        least[4].Should().BeApproximately(1e4 - 5.4, 0.1);
        most[0].Should().BeApproximately(16.6e-4, 0.1e-4);
        most[1..3].Should().OnlyContain(y => y > 4 && y < 6);
        most[4].Should().BeApproximately(1e4 + 5.3, 0.2);
    }

    // P(Y ≤ y), written with what does not run out of numbers where it is used.
    private static double[] Below(double s, double[] values)
    {
        using var scope = torch.NewDisposeScope();
        var y = torch.tensor(values);
        if (s >= -5)
            return Enumeration.Read(1 - Phi(s - y) / Phi(torch.tensor(s, ScalarType.Float64)));
        // P(Y > y) is the density at u + y over that at u, times the ratio of hazards, h(u) = u + 1/u - 2/u³ + 10/u⁵ - ...
        static double Hazard(double u) => u + 1 / u - 2 / Math.Pow(u, 3) + 10 / Math.Pow(u, 5);
        return [.. values.Select(v => 1 - Hazard(-s) / Hazard(v - s) * Math.Exp(-v * (0.5 * v - s)))];
    }

    private static Tensor Phi(Tensor x) => 0.5 * (x * -Math.Sqrt(0.5)).erfc();
}
