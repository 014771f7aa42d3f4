using System.Globalization;

namespace DeepBelief.Units;

/// <summary>One-hot groups of units; as data, probabilities that sum to 1 in each group.</summary>
internal sealed class CategorySupport(long categories) : UnitSupport("OneOfMany")
{
    private const double Tolerance = 1e-3;

    public override string? Fault(Tensor rows)
    {
        if (Binary.Fault(rows) is { } fault)
            return fault;
        using var scope = torch.NewDisposeScope();
        var sums = rows.reshape(rows.shape[0], -1, categories).sum(2);
        var (least, most) = (sums.min().Number(), sums.max().Number());
        return least >= 1 - Tolerance && most <= 1 + Tolerance
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Expected the values of each group of {categories} categories to sum to 1, found sums in [{least:g6}, {most:g6}].");
    }
}
