using TorchSharp;

namespace DeepBelief.Samples.Reporting.Images;

/// <summary>Small pictures of one size, in rows from left to right, with transparent gaps.</summary>
public static class Mosaic
{
    private const int Gap = 1;

    /// <summary>Draws a tensor's images; the tensor may be on any device.</summary>
    /// <param name="tiles"><c>[tiles, height, width]</c>, at least one; not-a-number becomes transparent.</param>
    /// <param name="columns">Tiles in a row, at least 1.</param>
    /// <param name="palette">Colours of the values.</param>
    /// <param name="scaling">How values become colours.</param>
    public static IndexedImage Draw(torch.Tensor tiles, int columns, Palette palette, Scaling scaling = Scaling.None)
    {
        if (tiles.dim() != 3)
            throw new ArgumentException($"Tiles are [tiles, height, width], not of {tiles.dim()} dimensions.", nameof(tiles));
        return Draw(TensorValues.Of(tiles), (int)tiles.shape[1], (int)tiles.shape[2], columns, palette, scaling);
    }

    /// <summary>Draws the images of an array.</summary>
    /// <param name="values">Tile after tile, row after row.</param>
    /// <param name="height">Of a tile, in pixels.</param>
    /// <param name="width">Of a tile, in pixels.</param>
    /// <param name="columns">Tiles in a row, at least 1.</param>
    /// <param name="palette">Colours of the values.</param>
    /// <param name="scaling">How values become colours.</param>
    public static IndexedImage Draw(
        ReadOnlySpan<float> values, int height, int width, int columns, Palette palette, Scaling scaling = Scaling.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        var size = height * width;
        if (values.IsEmpty || size == 0 || values.Length % size != 0)
            throw new ArgumentException($"{values.Length} values make no tiles of {height} x {width}.", nameof(values));

        var tiles = values.Length / size;
        columns = Math.Min(columns, tiles);
        var rows = (tiles + columns - 1) / columns;
        var image = new IndexedImage((columns * (width + Gap)) - Gap, (rows * (height + Gap)) - Gap, palette);
        var shared = ValueRange.Of(scaling == Scaling.Shared ? values : [], palette);
        for (var i = 0; i < tiles; i++)
        {
            var tile = values.Slice(i * size, size);
            var range = scaling == Scaling.PerTile ? ValueRange.Of(tile, palette) : shared;
            var (left, top) = (i % columns * (width + Gap), i / columns * (height + Gap));
            for (var y = 0; y < height; y++)
            {
                var row = image.Row(top + y).Slice(left, width);
                for (var x = 0; x < width; x++)
                    row[x] = Palette.IndexOf(range.Position(tile[(y * width) + x]));
            }
        }

        return image;
    }
}

/// <summary>How values become positions in a palette. Those for a diverging palette are scaled about zero.</summary>
public enum Scaling
{
    /// <summary>Values are from 0 to 1, or from -1 to 1 for a diverging palette; those beyond are cut off.</summary>
    None,

    /// <summary>One range for all tiles, so that they can be compared.</summary>
    Shared,

    /// <summary>A range for each tile, so that faint ones are seen, too.</summary>
    PerTile,
}

/// <summary>The values that get the first and the last colour of a palette.</summary>
internal readonly record struct ValueRange(double Minimum, double Maximum)
{
    /// <summary>
    /// From the lowest finite value to the highest; about zero for a diverging palette. Without any values, or if all are
    /// the same: from 0 to 1, or from -1 to 1.
    /// </summary>
    public static ValueRange Of(ReadOnlySpan<float> values, Palette palette)
    {
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
                (minimum, maximum) = (Math.Min(minimum, value), Math.Max(maximum, value));
        }

        if (palette.IsDiverging)
        {
            var most = Math.Max(Math.Abs(minimum), Math.Abs(maximum));
            return most is > 0 and < double.PositiveInfinity ? new(-most, most) : new(-1, 1);
        }

        return minimum < maximum ? new(minimum, maximum) : new(0, 1);
    }

    /// <summary>From 0 for the minimum to 1 for the maximum.</summary>
    public double Position(double value) => (value - Minimum) / (Maximum - Minimum);
}
