namespace DeepBelief.Samples.Reporting.Images;

/// <summary>255 colours for the values from 0 to 1, and index 0, which is transparent, for what has no value.</summary>
public sealed class Palette
{
    private const int Shades = 255;

    private readonly byte[] colours = new byte[3 * (Shades + 1)];

    /// <summary>Colours spread evenly from the first stop to the last.</summary>
    /// <param name="isDiverging">The middle colour stands for zero, so that values are scaled about it.</param>
    /// <param name="stops">At least two colours, <c>0xRRGGBB</c>.</param>
    public Palette(bool isDiverging, params IReadOnlyList<int> stops)
    {
        IsDiverging = isDiverging;
        for (var i = 0; i < Shades; i++)
        {
            var position = (double)i / (Shades - 1) * (stops.Count - 1);
            var below = Math.Min((int)position, stops.Count - 2);
            for (var channel = 0; channel < 3; channel++)
            {
                var shift = 16 - (8 * channel);
                var (from, to) = ((stops[below] >> shift) & 0xff, (stops[below + 1] >> shift) & 0xff);
                colours[(3 * (i + 1)) + channel] = (byte)Math.Round(from + ((position - below) * (to - from)));
            }
        }
    }

    /// <summary>Black for 0 to white for 1, as MNIST is usually shown.</summary>
    public static Palette Grey { get; } = new(false, 0x000000, 0xffffff);

    /// <summary>Blue for negative values, near white for zero, red for positive ones.</summary>
    public static Palette Diverging { get; } = new(true, 0x0b2f6b, 0x4a90d9, 0xf7f7f5, 0xe0664a, 0x6e0f16);

    /// <summary>Dark blue for 0 through green to yellow for 1: densities on a plane.</summary>
    public static Palette Density { get; } = new(false, 0x1b1e4b, 0x23617f, 0x2f9e77, 0x9bd04e, 0xfdf36b);

    /// <summary>Whether the middle colour stands for zero.</summary>
    public bool IsDiverging { get; }

    /// <summary>Red, green and blue of all 256 indices.</summary>
    public ReadOnlySpan<byte> Colours => colours;

    /// <summary>The index of a value from 0 to 1; others are brought into that range, and not-a-number is transparent.</summary>
    public static byte IndexOf(double value) =>
        double.IsNaN(value) ? (byte)0 : (byte)(1 + Math.Round(Math.Clamp(value, 0, 1) * (Shades - 1)));
}
