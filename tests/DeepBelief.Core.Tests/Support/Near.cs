using DeepBelief.Tests.Oracles;

namespace DeepBelief.Tests.Support;

internal static class Near
{
    /// <summary>Every element agrees within an absolute tolerance, and so do the shapes.</summary>
    public static void ShouldBeNear(this Tensor actual, Tensor expected, double tolerance)
    {
        actual.shape.Should().Equal(expected.shape);
        Enumeration.Read(actual).ShouldBeNear(Enumeration.Read(expected), tolerance);
    }

    public static void ShouldBeNear(this Tensor actual, double[] expected, double tolerance)
        => Enumeration.Read(actual).ShouldBeNear(expected, tolerance);

    public static void ShouldBeNear(this double[] actual, double[] expected, double tolerance)
    {
        actual.Should().HaveSameCount(expected);
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThanOrEqualTo(tolerance);
    }

    /// <summary>Relative frequencies of so many draws are probabilities, up to five standard errors.</summary>
    public static void ShouldBeFrequencies(this double[] actual, double[] expected, int draws)
    {
        actual.Should().HaveSameCount(expected);
        for (var i = 0; i < actual.Length; i++)
            actual[i].Should().BeApproximately(expected[i], (5 * Math.Sqrt(expected[i] * (1 - expected[i]) / draws)) + (1.0 / draws));
    }

    public static bool SameBits(Tensor a, Tensor b)
        => a.shape.SequenceEqual(b.shape) && Enumeration.Read(a).SequenceEqual(Enumeration.Read(b));
}
