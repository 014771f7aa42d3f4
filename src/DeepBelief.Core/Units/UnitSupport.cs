using System.Runtime.CompilerServices;

namespace DeepBelief.Units;

/// <summary>The values that the units of a layer can take, and with them what may be data.</summary>
/// <remarks>As data, a value in between stands for an expected state: a probability for a bit, a mean for a count.</remarks>
public abstract class UnitSupport
{
    private readonly string name;

    /// <summary>Makes a support.</summary>
    /// <param name="name">Its name in messages.</param>
    protected UnitSupport(string name) => this.name = name;

    /// <summary>Any real number.</summary>
    public static UnitSupport Real { get; } = new IntervalSupport(nameof(Real), double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>0 or 1.</summary>
    public static UnitSupport Binary { get; } = new IntervalSupport(nameof(Binary), 0, 1);

    /// <summary>0 or more.</summary>
    public static UnitSupport NonNegative { get; } = new IntervalSupport(nameof(NonNegative), 0, double.PositiveInfinity);

    /// <summary>What keeps rows from being data of such units.</summary>
    /// <param name="rows">Rows of finite numbers, <c>[rows, N]</c>.</param>
    /// <returns>What was expected and found; null if they may be data.</returns>
    public abstract string? Fault(Tensor rows);

    /// <summary>Refuses rows that cannot be data of such units.</summary>
    /// <param name="rows">Rows, <c>[rows, N]</c>.</param>
    /// <param name="name">What the message calls them.</param>
    /// <exception cref="ArgumentException">They hold NaN or infinity, or values that the units cannot take.</exception>
    internal void Check(Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The extremes tell all at a fraction of the memory that a mask would take; NaN travels through both.
        var (least, most) = (rows.min().Number(), rows.max().Number());
        if (!double.IsFinite(least) || !double.IsFinite(most))
            throw new ArgumentException("Expected finite values, found NaN or infinity.", name);
        if (Fault(rows) is { } fault)
            throw new ArgumentException(fault, name);
    }

    /// <summary>The name.</summary>
    public override string ToString() => name;
}
