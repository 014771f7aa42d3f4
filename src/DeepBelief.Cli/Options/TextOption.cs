using System.CommandLine;

namespace DeepBelief.Cli.Options;

/// <summary>Options of texts, which are checked with the rest of the command line.</summary>
internal static class TextOption
{
    /// <summary>Has an option refuse texts.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isValid">Whether a text is one of those expected.</param>
    /// <param name="expected">What is expected.</param>
    public static void Expect(this Option<string> option, Func<string, bool> isValid, string expected) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { } text && !isValid(text))
            result.AddError($"{option.Name}: expected {expected}, found '{text}'.");
    });
}
