namespace DeepBelief.Units;

/// <summary>The joint states of units; those that can be numbered, if each site takes finitely many.</summary>
internal sealed class JointStates(IReadOnlyList<Sites> parts)
{
    /// <summary>Number of joint states; may be infinite where doubles end.</summary>
    public double Count => parts.Aggregate(1.0, (count, part) => count * CountOf(part));

    /// <summary>The sites of each part, with the number of the first unit.</summary>
    public IEnumerable<(Sites Sites, long Start)> Parts => parts.WithStarts();

    /// <summary>Returns joint states by number, int64, <c>[count]</c>: each site's state is a digit of the number, lowest first.</summary>
    public Tensor States(Tensor numbers, ScalarType dtype)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var columns = new List<Tensor>();
        var worth = 1L;
        foreach (var part in parts)
        {
            var digits = StateNumbers.Digits(worth == 1 ? numbers : numbers.WholeOver(worth), part.States, part.Count);
            columns.Add(part.Values(digits, dtype).reshape(numbers.shape[0], part.Units));
            worth = StateNumbers.Product(worth, StateNumbers.Count(CountOf(part)));
        }

        return (columns.Count == 1 ? columns[0] : torch.cat([.. columns], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the joint states nearest to rows, <c>[rows, units]</c>.</summary>
    public Tensor Nearest(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return torch.cat([.. Parts.Select(part => part.Sites.Nearest(rows.narrow(1, part.Start, part.Sites.Units)))], 1).MoveToOuterDisposeScope();
    }

    private static double CountOf(Sites part) => Math.Pow(part.States, part.Count);
}
