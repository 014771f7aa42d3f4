using DeepBelief.Tensors;

namespace DeepBelief.Data;

/// <summary>
/// The toy data of AmanPriyanshu/Deep-Belief-Networks-in-PyTorch: bits are 1 with probability 0.75 in half of the rows and
/// 0.25 in the others, in random order.
/// </summary>
public static class TrialDataset
{
    private const double HighProbability = 0.75;
    private const double LowProbability = 0.25;

    /// <summary>Draws the data.</summary>
    /// <param name="seed">Seed of the bits and of their order.</param>
    /// <param name="rowsPerKind">Rows of each of the two kinds, 1 or more. Default: 1000.</param>
    /// <param name="bits">Bits per row, 1 or more. Default: 10.</param>
    /// <returns>Zeros and ones, <c>[2 · rowsPerKind, bits]</c>, <c>float32</c>, on the CPU.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public static Tensor Create(long seed = 0, int rowsPerKind = 1000, int bits = 10)
    {
        Guard.Size(rowsPerKind);
        Guard.Size(bits);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = Randomness.Generator(seed, Randomness.Rows);
        var uniform = torch.rand([2 * rowsPerKind, bits], ScalarType.Float32, torch.CPU, generator: generator);
        var rows = torch.cat(
        [
            uniform.narrow(0, 0, rowsPerKind).IsBelow(HighProbability),
            uniform.narrow(0, rowsPerKind, rowsPerKind).IsBelow(LowProbability),
        ]).to(ScalarType.Float32);
        return rows.index_select(0, torch.randperm(2L * rowsPerKind, ScalarType.Int64, torch.CPU, generator: generator)).MoveToOuterDisposeScope();
    }
}
