namespace DeepBelief.Samples.Reporting.Images;

/// <summary>A picture of at most 256 colours; transparent at first.</summary>
/// <param name="width">In pixels.</param>
/// <param name="height">In pixels.</param>
/// <param name="palette">What the pixels' indices mean.</param>
public sealed class IndexedImage(int width, int height, Palette palette)
{
    private readonly byte[] pixels = new byte[checked(width * height)];

    /// <summary>In pixels.</summary>
    public int Width => width;

    /// <summary>In pixels.</summary>
    public int Height => height;

    /// <summary>What the pixels' indices mean.</summary>
    public Palette Palette => palette;

    /// <summary>One row of pixels, from the top.</summary>
    public Span<byte> Row(int y) => pixels.AsSpan(y * width, width);
}
