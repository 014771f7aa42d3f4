namespace DeepBelief.Cli;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>All is done; also where nobody takes what is printed, as standard output is closed.</summary>
    public const int Success = 0;

    /// <summary>The run failed: a file, the data, the training.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Cancelled, as shells have it: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}
