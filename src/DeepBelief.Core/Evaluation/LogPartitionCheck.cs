using System.Runtime.CompilerServices;

namespace DeepBelief.Evaluation;

/// <summary>Requires a finite log Z where one is given: from any other every log-likelihood would be NaN or infinite.</summary>
internal static class LogPartitionCheck
{
    public static void Finite(double logPartition, [CallerArgumentExpression(nameof(logPartition))] string? name = null)
    {
        if (!double.IsFinite(logPartition))
            throw new ArgumentException(FormattableString.Invariant($"Expected a finite log Z, found {logPartition}."), name);
    }

    public static void Finite(LogPartitionEstimate logPartition, [CallerArgumentExpression(nameof(logPartition))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(logPartition, name);
        Finite(logPartition.LogPartition, name);
    }

    public static void Finite(LogPartitionBracket logPartition, [CallerArgumentExpression(nameof(logPartition))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(logPartition, name);
        Finite(logPartition.Reverse, name);
        Finite(logPartition.Forward, name);
    }
}
