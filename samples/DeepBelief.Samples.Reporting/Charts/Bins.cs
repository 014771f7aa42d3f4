using TorchSharp;

namespace DeepBelief.Samples.Reporting.Charts;

/// <summary>A range cut into pieces of the same width, to count values in.</summary>
/// <param name="Minimum">Where the first piece begins.</param>
/// <param name="Maximum">Where the last piece ends, above the minimum.</param>
/// <param name="Count">How many pieces, at least 1.</param>
public sealed record Bins(double Minimum, double Maximum, int Count)
{
    /// <summary>Where piece <paramref name="index"/> begins, and the one before it ends.</summary>
    public double Edge(int index) => Minimum + (index * (Maximum - Minimum) / Count);

    /// <summary>The share of the values that lies in each piece; those beyond the range lie in none.</summary>
    /// <param name="tensor">Any shape, on any device.</param>
    public double[] Shares(torch.Tensor tensor) => Shares(TensorValues.Of(tensor));

    /// <summary>The share of the values that lies in each piece; those beyond the range lie in none.</summary>
    public double[] Shares(ReadOnlySpan<float> values)
    {
        var shares = new double[Count];
        foreach (var value in values)
        {
            // The last piece has both its ends.
            if (value >= Minimum && value <= Maximum)
                shares[Math.Min((int)((value - Minimum) / (Maximum - Minimum) * Count), Count - 1)] += 1.0 / values.Length;
        }

        return shares;
    }
}
