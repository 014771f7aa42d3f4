using System.Runtime.CompilerServices;

namespace DeepBelief.Units;

/// <summary>The values that the units of a layer can take, and so the data they accept.</summary>
/// <remarks>As data, a value in between is an expected state: a probability for a bit, a mean for a count.</remarks>
public abstract class UnitSupport
{
    private readonly string name;

    /// <summary>Creates a support.</summary>
    /// <param name="name">The name in messages.</param>
    protected UnitSupport(string name) => this.name = name;

    /// <summary>Any real number.</summary>
    public static UnitSupport Real { get; } = new IntervalSupport(nameof(Real), double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>0 or 1.</summary>
    public static UnitSupport Binary { get; } = new IntervalSupport(nameof(Binary), 0, 1);

    /// <summary>0 or more.</summary>
    public static UnitSupport NonNegative { get; } = new IntervalSupport(nameof(NonNegative), 0, double.PositiveInfinity);

    /// <summary>Says why rows are not valid data for such units.</summary>
    /// <param name="rows">Rows of finite numbers, <c>[rows, N]</c>.</param>
    /// <returns>What was expected and found; null if the rows are valid.</returns>
    public abstract string? Fault(Tensor rows);

    /// <summary>Throws if rows, <c>[rows, N]</c>, hold NaN, infinity or values that the units cannot take.</summary>
    internal void Check(Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The extremes suffice, and take a fraction of a mask's memory; both propagate NaN.
        var (least, most) = (rows.min().Number(), rows.max().Number());
        if (!double.IsFinite(least) || !double.IsFinite(most))
            throw new ArgumentException("Expected finite values, found NaN or infinity.", name);
        if (Fault(rows) is { } fault)
            throw new ArgumentException(fault, name);
    }

    /// <summary>Returns the name.</summary>
    public override string ToString() => name;
}
