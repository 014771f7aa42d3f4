using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace DeepBelief.Cli.Options;

/// <summary>Makes options of numbers, which are checked with the rest of the command line.</summary>
internal static class NumberOption
{
    private const string AnyWhole = "a whole number";

    /// <summary>A whole number, this or more; null if it is not given.</summary>
    public static Option<int?> Whole(string name, string description, int least = 1) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(name, result, Range(least, int.MaxValue), number => number >= least),
    };

    /// <summary>A whole number in a range, with a default.</summary>
    public static Option<int> Whole(string name, string[] aliases, string description, int usual, int least = 1, int most = int.MaxValue) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result => Parse<int>(name, result, Range(least, most), number => number >= least && number <= most) ?? usual,
    };

    /// <summary>Any whole number, with the default 0.</summary>
    public static Option<long> Any(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => 0,
        CustomParser = result => Parse<long>(name, result, AnyWhole, _ => true) ?? 0,
    };

    /// <summary>A finite number above 0; null if it is not given.</summary>
    public static Option<double?> Positive(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result => Parse<double>(name, result, "a number above 0", number => number > 0 && double.IsFinite(number)),
    };

    /// <summary>Whole numbers, each 1 or more; empty if they are not given.</summary>
    public static Option<long[]> Sizes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.Select(token => Parse<long>(name, result, token, Range(1, long.MaxValue), number => number >= 1) ?? 0)],
    };

    private static string Range(int least, long most) => FormattableString.Invariant($"{AnyWhole} from {least} to {most}");

    private static T? Parse<T>(string name, ArgumentResult result, string range, Func<T, bool> isValid)
        where T : struct, INumber<T>
        => result.Tokens is [var token, ..] ? Parse(name, result, token, range, isValid) : null;

    private static T? Parse<T>(string name, ArgumentResult result, Token token, string range, Func<T, bool> isValid)
        where T : struct, INumber<T>
    {
        if (T.TryParse(token.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && isValid(number))
            return number;
        result.AddError($"{name}: expected {range}, found '{token.Value}'.");
        return null;
    }
}
