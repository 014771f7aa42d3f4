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
