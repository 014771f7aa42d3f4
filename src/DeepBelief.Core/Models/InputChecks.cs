using System.Runtime.CompilerServices;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Checks of values where rows enter the library: finite, and in the support of the model's units.</summary>
/// <remarks>
/// <para>Every public method of a model, and everything that samples from it or evaluates it, checks the rows it is given, once, at
/// the door: chains and training don't check each step. A mean is as good as a state: bits may be any number in [0, 1]. Values
/// outside an interval by up to 1e-5 of its length, as rounding leaves them, count as inside and are used as they are.</para>
/// <para>A check takes two passes over the rows: 2 µs for one row, 2 to 5 % of the time of <see cref="Rbm.HiddenMean"/> for 100 or
/// more, with 784 visible and 500 hidden units on two cores. On a GPU it also waits for the device. Shapes, types and devices are
/// checked in any case, and <c>Fit</c>, which checks its rows once, and <c>LogLikelihood</c> always check values, too.</para>
/// <para>The <c>forward</c> of a <see cref="FeedForwardNetwork"/> or <see cref="Autoencoder"/> checks no values, as it is called for
/// every batch of other training loops; NaN shows in its outputs. <c>Predict</c> and <c>Score</c> check.</para>
/// </remarks>
/// <example>Many small calls on rows that are known to be valid:<code>
/// InputChecks.Enabled = false;
/// </code></example>
public static class InputChecks
{
    [ThreadStatic]
    private static int depth;

    private static volatile bool enabled = true;

    /// <summary>False to skip the checks, in all threads. Default: true.</summary>
    public static bool Enabled
    {
        get => enabled;
        set => enabled = value;
    }

    /// <summary>True if rows that arrive now come from outside and are to be checked.</summary>
    internal static bool AreDue => enabled && depth == 0;

    /// <summary>Throws if checks are due and rows hold NaN, infinity or values that the units can't take.</summary>
    internal static void Values(UnitSupport support, Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        if (AreDue)
            support.Check(rows, name);
    }

    /// <summary>Marks the work behind a door: until disposed, this thread's rows come from the library itself.</summary>
    internal static Inside Enter()
    {
        depth++;
        return default;
    }

    internal readonly struct Inside : IDisposable
    {
        public void Dispose() => depth--;
    }
}
