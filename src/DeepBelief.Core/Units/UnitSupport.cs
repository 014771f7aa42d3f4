using System.Globalization;
using System.Runtime.CompilerServices;
using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>The values that the units of a layer can take, and so the data they accept.</summary>
/// <remarks>
/// As data, a value in between is an expected state: a probability for a bit, a mean for a count. Values that are outside by
/// rounding, up to 1e-5 of the range, count as inside.
/// </remarks>
public abstract class UnitSupport
{
    private readonly string name;

    /// <summary>Creates a support.</summary>
    /// <param name="name">The name in messages.</param>
    protected UnitSupport(string name) => this.name = name;

    /// <summary>Any real number.</summary>
    public static UnitSupport Real { get; } = new IntervalSupport(nameof(Real), double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>0 or 1.</summary>
    public static UnitSupport Binary { get; } = new IntervalSupport(nameof(Binary), 0, 1, step: 1);

    /// <summary>0 or more.</summary>
    public static UnitSupport NonNegative { get; } = new IntervalSupport(nameof(NonNegative), 0, double.PositiveInfinity);

    /// <summary>Numbers of an interval, the same for all units.</summary>
    /// <param name="name">The name in messages, such as <c>rating</c>.</param>
    /// <param name="least">The least value; may be -∞ if there is no step.</param>
    /// <param name="most">The largest value; may be ∞.</param>
    /// <param name="step">
    /// Distance of the states, which begin at the least value; null if every number of the interval is a state. With a step and
    /// a largest value, the states can be listed, so that <see cref="UnitLayer.StateCount"/> and <see cref="UnitLayer.States"/> know them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is empty, the step is not more than 0, or no number of steps reaches the end.</exception>
    /// <example>Ratings from one to five, and counts:<code>
    /// var ratings = UnitSupport.Interval("rating", 1, 5, step: 1);
    /// var counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);
    /// </code></example>
    public static UnitSupport Interval(string name, double least, double most, double? step = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Guard.Option(least < most, nameof(most), most, $"more than {nameof(least)}, {least}");
        if (step is { } apart)
        {
            Guard.Option(apart > 0 && double.IsFinite(apart), nameof(step), step, "more than 0");
            Guard.Option(double.IsFinite(least), nameof(least), least, "a number, where the steps begin");
            var steps = (most - least) / apart;
            Guard.Option(double.IsInfinity(most) || Math.Abs(steps - Math.Round(steps)) <= 1e-6, nameof(step), step, $"a whole fraction of the interval's length, {most - least}");
        }

        return new IntervalSupport(name, least, most, step);
    }

    /// <summary>One-hot groups: of the units of each group, one is 1 and the others are 0; as data, probabilities that sum to 1.</summary>
    /// <param name="categories">Units per group, 1 or more; the number of units is a multiple of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public static UnitSupport OneOf(long categories)
    {
        Guard.Size(categories);
        return new CategorySupport(categories);
    }

    /// <summary>Several supports side by side, for models of your own whose units are of several kinds.</summary>
    /// <param name="parts">A support and its number of units, 1 or more, for each range of columns, in order; at least one.</param>
    /// <exception cref="ArgumentException">There are no parts, or a part has no support, no units or units that do not fill its groups.</exception>
    /// <example>Three bits, then two real numbers:<code>
    /// var support = UnitSupport.Composite((UnitSupport.Binary, 3), (UnitSupport.Real, 2));
    /// </code></example>
    public static UnitSupport Composite(params IReadOnlyList<(UnitSupport Support, long Units)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("Expected at least one part, found none.", nameof(parts));
        foreach (var (support, units) in parts)
        {
            ArgumentNullException.ThrowIfNull(support, nameof(parts));
            Guard.Size(units, nameof(parts));
            if (!support.Allows(units))
                throw new ArgumentException($"Expected a number of units that fits {support}, found {units}.", nameof(parts));
        }

        return new CompositeSupport([.. parts]);
    }

    /// <summary>Says why rows are not valid data for such units.</summary>
    /// <param name="rows">Rows of finite numbers, <c>[rows, N]</c>.</param>
    /// <returns>What was expected and found; null if the rows are valid.</returns>
    public abstract string? Fault(Tensor rows);

    /// <summary>Says why rows are not states: values that such units can have, not means of them.</summary>
    /// <remarks>Default: the <see cref="Fault(Tensor)"/>, for units whose states are all the values in their range.</remarks>
    /// <param name="rows">Rows of finite numbers, <c>[rows, N]</c>.</param>
    /// <returns>What was expected and found; null if the rows are states.</returns>
    public virtual string? StateFault(Tensor rows) => Fault(rows);

    /// <summary>Says why the values that are not missing can't be held; both <c>[rows, N]</c>. Default: they can.</summary>
    internal virtual string? HeldFault(Tensor rows, Tensor missing) => null;

    /// <summary>True if there can be so many units.</summary>
    internal virtual bool Allows(long units) => true;

    /// <summary>The states of so many units, from the first on; null, the default, if they are not known.</summary>
    internal virtual IReadOnlyList<UnitColumns>? Columns(long units) => null;

    /// <summary>The joint states of so many units, if they can be listed; otherwise null.</summary>
    internal JointStates? States(long units) => SitesOf(units) is { } sites && sites.All(site => site.AreFinite) ? new(sites) : null;

    /// <summary>The sites of so many units, if none takes any number of an interval; otherwise null.</summary>
    internal IReadOnlyList<Sites>? SitesOf(long units)
        => Columns(units) is { } columns && columns.All(column => column is Sites) ? [.. columns.Cast<Sites>()] : null;

    /// <summary>Says why rows with these extremes are not valid. Default: looks at the rows.</summary>
    internal virtual string? Fault(Tensor rows, double least, double most) => Fault(rows);

    /// <summary>Throws if rows, <c>[rows, N]</c>, hold NaN, infinity or values that the units cannot take.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="name">Their name in the exception.</param>
    /// <param name="hint">What the message ends with if there is NaN.</param>
    internal void Check(Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null, string? hint = null)
    {
        if (rows.numel() == 0)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The extremes suffice, and take a fraction of a mask's memory; both propagate NaN.
        var (least, most) = Extremes(rows);
        if (!double.IsFinite(least) || !double.IsFinite(most))
            throw new ArgumentException($"Expected finite values, found NaN or infinity.{(double.IsNaN(least) ? hint : null)}", name);
        if (Fault(rows, least, most) is { } fault)
            throw new ArgumentException(fault, name);
    }

    /// <summary>Throws if rows hold anything but states.</summary>
    internal void CheckStates(Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Check(rows, name);
        using var noGrad = torch.no_grad();
        if (StateFault(rows) is { } fault)
            throw new ArgumentException(fault, name);
    }

    /// <summary>Throws if known values of rows, where nothing is <paramref name="missing"/>, are infinite or can't be held.</summary>
    internal void CheckHeld(Tensor rows, Tensor missing, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (rows.isfinite().logical_or(missing).logical_not().any().item<bool>())
            throw new ArgumentException("Expected finite known values, found NaN or infinity.", name);
        if (HeldFault(rows, missing) is { } fault)
            throw new ArgumentException(fault, name);
    }

    /// <summary>The least and the largest value; NaN if one is.</summary>
    internal static (double Least, double Most) Extremes(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return (rows.min().Number(), rows.max().Number());
    }

    /// <summary>The digits that tell a value of this type from its neighbours.</summary>
    internal static string Text(double value, ScalarType type)
        => type == ScalarType.Float64 ? value.ToString(CultureInfo.InvariantCulture) : ((float)value).ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the name.</summary>
    public override string ToString() => name;
}
