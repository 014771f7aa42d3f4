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

    /// <summary>The name.</summary>
    public override string ToString() => name;
}
