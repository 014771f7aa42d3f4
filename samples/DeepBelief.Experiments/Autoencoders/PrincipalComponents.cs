using TorchSharp;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>Principal component analysis: the linear code of rows that brings them back with the least squared error.</summary>
internal sealed class PrincipalComponents : IDisposable
{
    private const long BlockRows = 5000;

    private readonly torch.Tensor mean; // [columns]
    private readonly torch.Tensor components; // [columns, code]

    private PrincipalComponents(torch.Tensor mean, torch.Tensor components) => (this.mean, this.components) = (mean, components);

    /// <summary>Number of components.</summary>
    public long CodeSize => components.shape[1];

    /// <summary>Finds the directions in which rows differ most.</summary>
    /// <param name="rows"><c>[rows, columns]</c>.</param>
    /// <param name="count">How many, at most as many as there are columns.</param>
    public static PrincipalComponents Of(torch.Tensor rows, long count)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // In double precision, as the covariance is a difference of sums over all rows.
        var mean = rows.mean([0L], type: torch.ScalarType.Float64);
        var products = torch.zeros(rows.shape[1], rows.shape[1], torch.ScalarType.Float64, rows.device);
        foreach (var block in rows.split(BlockRows, 0))
        {
            using var inner = torch.NewDisposeScope();
            var centered = block.to(torch.ScalarType.Float64) - mean;
            _ = products.addmm_(centered.t(), centered);
        }

        // Eigenvalues ascend.
        var (_, vectors) = torch.linalg.eigh(products);
        var largest = vectors.narrow(1, vectors.shape[1] - count, count).flip(1);
        return new(mean.to(rows.dtype).DetachFromDisposeScope(), largest.to(rows.dtype).contiguous().DetachFromDisposeScope());
    }

    /// <summary>The first of these components: those along which rows differ most.</summary>
    /// <param name="count">How many of them.</param>
    public PrincipalComponents First(long count)
    {
        using var scope = torch.NewDisposeScope();
        return new(mean.clone().DetachFromDisposeScope(), components.narrow(1, 0, count).clone().DetachFromDisposeScope());
    }

    /// <summary>The components of rows, <c>[rows, code]</c>.</summary>
    public torch.Tensor Encode(torch.Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return (rows - mean).mm(components).MoveToOuterDisposeScope();
    }

    /// <summary>The rows that components stand for, <c>[rows, columns]</c>.</summary>
    public torch.Tensor Decode(torch.Tensor codes)
    {
        using var scope = torch.NewDisposeScope();
        return (codes.mm(components.t()) + mean).MoveToOuterDisposeScope();
    }

    /// <summary>The squared error of a row, a sum over columns, in the mean of all rows.</summary>
    public double SquaredError(torch.Tensor rows)
    {
        var sum = 0.0;
        foreach (var start in Blocks(rows.shape[0]))
        {
            using var scope = torch.NewDisposeScope();
            var block = rows.narrow(0, start, Math.Min(BlockRows, rows.shape[0] - start));
            sum += (Decode(Encode(block)) - block).square().sum(torch.ScalarType.Float64).ToDouble();
        }

        return sum / rows.shape[0];
    }

    public void Dispose()
    {
        mean.Dispose();
        components.Dispose();
    }

    private static IEnumerable<long> Blocks(long rows)
    {
        for (var start = 0L; start < rows; start += BlockRows)
            yield return start;
    }
}
