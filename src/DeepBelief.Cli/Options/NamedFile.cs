using System.CommandLine;

namespace DeepBelief.Cli.Options;

/// <summary>An option or argument that names a file.</summary>
internal interface INamedFile
{
    /// <summary>What messages call it.</summary>
    string Shown { get; }

    /// <summary>How the file is used.</summary>
    FileUse Use { get; }

    /// <summary>What was given; null for nothing.</summary>
    string? In(ParseResult parsed);
}

/// <summary>How a command uses a file.</summary>
internal sealed record FileUse
{
    /// <summary>What stands for standard input and output in the place of a file.</summary>
    public const string Standard = "-";

    /// <summary>True if the file is written, and made.</summary>
    public bool IsWritten { get; init; }

    /// <summary>True if it can be standard input, or output.</summary>
    public bool CanBeStandard { get; init; }

    /// <summary>How a file that is written has to end; empty for any way.</summary>
    public IReadOnlyList<string> Endings { get; init; } = [];

    /// <summary>What the names of files that lie beside it, and are used as it is, end with.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];
}

/// <summary>An option that names a file.</summary>
internal sealed class FileOption(string name, params string[] aliases) : Option<string>(name, aliases), INamedFile
{
    /// <inheritdoc/>
    public FileUse Use { get; init; } = new();

    string INamedFile.Shown => Name;

    /// <inheritdoc/>
    public string? In(ParseResult parsed) => parsed.GetValue(this);
}

/// <summary>An argument that names a file.</summary>
internal sealed class FileArgument(string name) : Argument<string>(name), INamedFile
{
    /// <inheritdoc/>
    public FileUse Use { get; init; } = new();

    string INamedFile.Shown => $"<{Name}>";

    /// <inheritdoc/>
    public string? In(ParseResult parsed) => parsed.GetValue(this);
}
