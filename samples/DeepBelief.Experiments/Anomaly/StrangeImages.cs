using TorchSharp;

namespace DeepBelief.Experiments.Anomaly;

/// <summary>Images that are no digits, the easiest to tell first.</summary>
internal static class StrangeImages
{
    /// <summary>As many of each kind as there are digits, <c>[rows, pixels]</c>.</summary>
    /// <param name="digits">Digits, <c>[rows, pixels]</c>, a square image in each row.</param>
    /// <param name="seed">Of the randomness.</param>
    public static IEnumerable<(string Name, torch.Tensor Images)> Of(torch.Tensor digits, int seed)
    {
        using var generator = new torch.Generator((ulong)(uint)seed);
        var (rows, pixels) = (digits.shape[0], digits.shape[1]);
        var uniform = torch.rand([rows, pixels], generator: generator).to(digits.device);
        // A pixel of each image is that of one digit, another that of another.
        var sources = torch.randint(0L, rows, [rows, pixels], torch.ScalarType.Int64, generator: generator).to(digits.device);
        var order = torch.randperm(pixels, torch.ScalarType.Int64, generator: generator).to(digits.device);
        return
        [
            ("uniform noise", uniform),
            ("noise, each pixel as often bright as in digits", digits.gather(0, sources)),
            ("digits, pixels in another order", digits.index_select(1, order)),
            ("digits, upside down", digits.flip(1)),
        ];
    }
}
