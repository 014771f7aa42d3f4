using System.Globalization;
using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>One-hot groups of units; as data, probabilities that sum to 1 in each group.</summary>
internal sealed class CategorySupport(long categories) : UnitSupport("OneOfMany")
{
    private const double Tolerance = 1e-3;

    /// <summary>Units per group.</summary>
    public long Categories => categories;

    public override string? Fault(Tensor rows)
    {
        var (least, most) = Extremes(rows);
        return Fault(rows, least, most);
    }

    public override string? StateFault(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        // Bits that sum to 1 are one-hot.
        return Fault(rows) ?? Binary.StateFault(rows);
    }

    internal override string? Fault(Tensor rows, double smallest, double largest)
    {
        using var scope = torch.NewDisposeScope();
        var sums = Grouped(rows).sum(2);
        var (least, most) = Extremes(sums);
        var sumsFault = least >= 1 - Tolerance && most <= 1 + Tolerance
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Expected the values of each group of {categories} categories to sum to 1, found sums in [{Text(least, rows.dtype)}, {Text(most, rows.dtype)}].");
        return (Binary.Fault(rows, smallest, largest), sumsFault) switch
        {
            ({ } values, { } ofSums) => $"{values} {ofSums}",
            var (values, ofSums) => values ?? ofSums,
        };
    }

    internal override bool Allows(long units) => units % categories == 0;

    internal override IReadOnlyList<UnitColumns> Columns(long units) => [new Groups(units / categories, categories)];

    /// <summary>True if a mask, <c>[rows, N]</c>, has some units of a group and leaves out others.</summary>
    internal bool AreSplit(Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        var groups = Grouped(mask);
        return groups.any(2).ne(groups.all(2)).any().item<bool>();
    }

    /// <summary>A group held in part is held at bits, at most one of them 1; a group held whole sums to 1.</summary>
    internal override string? HeldFault(Tensor rows, Tensor missing)
    {
        using var scope = torch.NewDisposeScope();
        var held = torch.where(missing, torch.zeros_like(rows), rows);
        if (Binary.Fault(held) is { } fault)
            return fault;
        var (values, sums, open) = (Grouped(held), Grouped(held).sum(2), Grouped(missing).any(2));
        if (sums.Minus(1).abs().IsAbove(Tolerance).logical_and(open.logical_not()).any().item<bool>())
            return $"Expected the values of each group of {categories} categories that is known to sum to 1, found other sums.";
        var between = (values * OneMinus(values)).abs().amax(2).IsAbove(Tolerance);
        return between.logical_or(sums.IsAbove(1 + Tolerance)).logical_and(open).any().item<bool>()
            ? $"Expected zeros and at most a single 1 where a group of {categories} categories is known in part, found other values."
            : null;
    }

    private Tensor Grouped(Tensor rows) => rows.reshape(rows.shape[0], -1, categories);

    private sealed record Groups(long Count, long Categories) : Sites(Count, Categories, Categories)
    {
        public override double Range => 1;

        public override Tensor Values(Tensor numbers, ScalarType dtype)
        {
            using var scope = torch.NewDisposeScope();
            return Range(0, Categories, numbers.device).eq(numbers.unsqueeze(-1)).to(dtype).MoveToOuterDisposeScope();
        }

        public override Tensor Numbers(Tensor values) => values.argmax(-1);
    }
}
