using DeepBelief.Samples.Reporting.Images;
using TorchSharp;

namespace DeepBelief.Samples.Tests.Reporting;

public sealed class MosaicTests
{
    private const int Black = 0x000000;
    private const int White = 0xffffff;
    private const int Zero = 0xf7f7f5;

    [Fact]
    public void Tiles_lie_in_rows_with_transparent_gaps_and_an_unfinished_row_ends_transparent()
    {
        // Three tiles of 2 x 3: all dark, all light, and one that is light at its lower right corner only.
        float[] values = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1];

        var png = new DecodedPng(Png.Encode(Mosaic.Draw(values, height: 2, width: 3, columns: 2, Palette.Grey)));

        (png.Width, png.Height).Should().Be((7, 5));
        Row(png, 0).Should().Equal(Black, Black, Black, null, White, White, White);
        Row(png, 1).Should().Equal(Black, Black, Black, null, White, White, White);
        Row(png, 2).Should().OnlyContain(colour => colour == null);
        Row(png, 3).Should().Equal(Black, Black, Black, null, null, null, null);
        Row(png, 4).Should().Equal(Black, Black, White, null, null, null, null);
    }

    [Fact]
    public void Greys_are_even_and_values_beyond_the_range_are_cut_off()
    {
        float[] values = [0, 0.25f, 0.5f, 1, -3, 7, float.NaN, float.PositiveInfinity];

        var png = new DecodedPng(Png.Encode(Mosaic.Draw(values, 1, 8, 1, Palette.Grey)));

        Row(png, 0).Should().Equal(Black, 0x404040, 0x808080, White, Black, White, null, White);
    }

    [Fact]
    public void A_tensor_is_drawn_as_its_values_are_whatever_its_type_and_layout()
    {
        using var tiles = torch.tensor(new[] { 0.0, 1, 0.5, 0.25, 1, 0 }, torch.ScalarType.Float64).reshape(1, 3, 2).transpose(1, 2);

        var png = new DecodedPng(Png.Encode(Mosaic.Draw(tiles, 1, Palette.Grey)));

        Row(png, 0).Should().Equal(Black, 0x808080, White);
        Row(png, 1).Should().Equal(White, 0x404040, Black);
    }

    [Fact]
    public void A_shared_range_compares_tiles_and_a_range_for_each_shows_the_faint_ones()
    {
        float[] values = [-1, 1, -10, 10];

        var shared = new DecodedPng(Png.Encode(Mosaic.Draw(values, 1, 2, 2, Palette.Grey, Scaling.Shared)));
        var each = new DecodedPng(Png.Encode(Mosaic.Draw(values, 1, 2, 2, Palette.Grey, Scaling.PerTile)));

        // (-1 + 10) / 20 of 254 steps, and (1 + 10) / 20.
        Row(shared, 0).Should().Equal(0x727272, 0x8d8d8d, null, Black, White);
        Row(each, 0).Should().Equal(Black, White, null, Black, White);
    }

    [Fact]
    public void A_diverging_palette_has_zero_in_the_middle_whatever_the_values()
    {
        float[] values = [0, 2, 8, 0, -1, -4];

        var png = new DecodedPng(Png.Encode(Mosaic.Draw(values, 1, 3, 2, Palette.Diverging, Scaling.PerTile)));

        var row = Row(png, 0);
        (row[0], row[4]).Should().Be((Zero, Zero));
        row[2].Should().Be(0x6e0f16, "it is the largest");
        row[6].Should().Be(0x0b2f6b, "it is the most negative");
        row[1].Should().NotBe(Zero).And.NotBe(row[2]);
    }

    [Theory]
    [InlineData(Scaling.None)]
    [InlineData(Scaling.Shared)]
    [InlineData(Scaling.PerTile)]
    public void Tiles_of_zeros_or_of_nothing_have_the_colour_of_zero_or_none(Scaling scaling)
    {
        var zeros = new DecodedPng(Png.Encode(Mosaic.Draw([0, 0], 1, 1, 2, Palette.Diverging, scaling)));
        var nothing = new DecodedPng(Png.Encode(Mosaic.Draw([float.NaN], 1, 1, 1, Palette.Diverging, scaling)));

        Row(zeros, 0).Should().Equal(Zero, null, Zero);
        Row(nothing, 0).Should().Equal((int?)null);
    }

    [Fact]
    public void No_tiles_and_wrong_shapes_are_refused()
    {
        using var flat = torch.zeros(3, 4);
        var none = () => Mosaic.Draw([], 2, 2, 1, Palette.Grey);
        var part = () => Mosaic.Draw([1, 2, 3], 2, 2, 1, Palette.Grey);
        var shape = () => Mosaic.Draw(flat, 1, Palette.Grey);

        none.Should().Throw<ArgumentException>();
        part.Should().Throw<ArgumentException>().WithMessage("3 values make no tiles of 2 x 2.*");
        shape.Should().Throw<ArgumentException>().WithMessage("*[tiles, height, width]*2*");
    }

    private static int?[] Row(DecodedPng png, int y) => [.. Enumerable.Range(0, png.Width).Select(x => png[x, y])];
}
