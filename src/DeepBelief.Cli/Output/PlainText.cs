namespace DeepBelief.Cli.Output;

/// <summary>Texts from files, for a terminal, which would follow the commands in them.</summary>
internal static class PlainText
{
    /// <summary>The text with a question mark for each character that is none to show.</summary>
    public static string Of(string text) => string.Create(text.Length, text, (characters, source) =>
    {
        for (var i = 0; i < characters.Length; i++)
            characters[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\r' or '\t') ? '?' : source[i];
    });
}
