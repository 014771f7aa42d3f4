using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace DeepBelief.Tensors;

/// <summary>
/// What is wrong with a record of options, so that one exception names all of it: a single fault as it is, several as the lines of one
/// message.
/// </summary>
internal sealed class OptionFaults
{
    private readonly List<ArgumentException> faults = [];
    private readonly List<string> lines = [];

    /// <summary>
    /// Notes an option that is out of its range; <paramref name="valid"/> must be false for NaN. The first fault of an option counts:
    /// others may come of it.
    /// </summary>
    public void Option(bool valid, string option, object? value, string range)
    {
        if (!valid && !lines.Any(line => line.StartsWith($"{option}:", StringComparison.Ordinal)))
            From(() => Guard.Option(valid, option, value, range));
    }

    /// <summary>Notes an option that is null; returns whether it is there.</summary>
    public bool NotNull([NotNullWhen(true)] object? value, [CallerArgumentExpression(nameof(value))] string? option = null)
    {
        From(() => ArgumentNullException.ThrowIfNull(value, option));
        return value is not null;
    }

    /// <summary>Notes what another check throws: that of a base record, or of options in an option.</summary>
    /// <param name="validate">The check.</param>
    /// <param name="option">The option that the lines are to name, where their options are there elsewhere, too.</param>
    public void From(Action validate, string? option = null)
    {
        try
        {
            validate();
        }
        catch (ArgumentException e)
        {
            faults.Add(e);
            lines.AddRange(Lines(e).Select(line => option is null ? line : $"{option}: {line}"));
        }
    }

    /// <summary>Throws if there is a fault.</summary>
    public void Throw()
    {
        // As it is, unless it lists faults of options in an option, which has to be named.
        if (faults is [var only] && (only is not ArgumentOutOfRangeException { ParamName: null } || lines.SequenceEqual(Lines(only))))
            ExceptionDispatchInfo.Throw(only);
        if (faults.Count > 0)
            throw new ArgumentOutOfRangeException(string.Join(Environment.NewLine, lines), innerException: null);
    }

    // Without the argument's name and value, which .NET adds to messages: those of Guard.Option have them.
    private static string[] Lines(ArgumentException e)
    {
        if (e.Message.StartsWith($"{e.ParamName}:", StringComparison.Ordinal))
            return e.Message.Split($" (Parameter '{e.ParamName}')")[0].Split(Environment.NewLine);
        var all = e.Message.Split(Environment.NewLine);
        return e is ArgumentOutOfRangeException { ActualValue: not null } ? all[..^1] : all;
    }
}
