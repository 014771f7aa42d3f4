using TorchSharp;

namespace Snippets.Support;

/// <summary>Small data with a structure that a model can learn.</summary>
internal static class Toy
{
    /// <summary>Images of ten classes, 784 pixels of 0 or 1: a pattern of each class, with one pixel in ten flipped.</summary>
    public static (torch.Tensor Images, torch.Tensor Labels) Images(int rows, ulong seed)
    {
        using var generator = new torch.Generator(seed);
        var labels = torch.randint(0, 10, rows, dtype: torch.ScalarType.Int64, generator: generator);
        var flipped = torch.rand(new long[] { rows, 784 }, generator: generator).lt(0.1).to(torch.ScalarType.Float32);
        return ((Patterns().index(labels) - flipped).abs(), labels);
    }

    /// <summary>Measurements of five kinds of things: ten numbers around the kind's own, <c>[rows, 10]</c>, and the kind.</summary>
    public static (torch.Tensor Measurements, torch.Tensor Kinds) Measurements(int rows, ulong seed)
    {
        using var generator = new torch.Generator(seed);
        using var ofKinds = new torch.Generator(98);
        var kinds = torch.randint(0, 5, rows, dtype: torch.ScalarType.Int64, generator: generator);
        var centres = 20 + (10 * torch.randn(new long[] { 5, 10 }, generator: ofKinds));
        return (centres.index(kinds) + (2 * torch.randn(new long[] { rows, 10 }, generator: generator)), kinds);
    }

    private static torch.Tensor Patterns()
    {
        using var generator = new torch.Generator(99);
        return torch.rand(new long[] { 10, 784 }, generator: generator).lt(0.3).to(torch.ScalarType.Float32);
    }
}
