using System.Diagnostics;
using System.Globalization;

namespace DeepBelief.Tests.Support;

/// <summary>A process of the program DeepBelief.Tests.Trainer.</summary>
internal sealed class Trainer : IDisposable
{
    public const int CouldNotWrite = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly Task<string> errors;

    private Trainer(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Otherwise the runtime makes a large file in memory for its code, which a limit on the size of files forbids.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync();
    }

    public static Trainer Start(params IEnumerable<string> arguments) => new("dotnet", [Program, .. arguments]);

    /// <summary>Starts it where no file may grow beyond a size, as on a disk that is full.</summary>
    public static Trainer StartLimited(int bytes, params IEnumerable<string> arguments)
        => new("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {bytes / 512}; exec dotnet \"$@\""), "sh", Program, .. arguments]);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "DeepBelief.Tests.Trainer.dll");

    /// <summary>Waits until the first epoch of the process is over, or the process.</summary>
    public void WaitForTraining() => process.StandardOutput.ReadLine();

    /// <summary>Lets it run for a time, then kills it: by SIGKILL, where there are signals.</summary>
    /// <returns>Whether it was killed before it ended by itself.</returns>
    public bool KillAfter(TimeSpan time)
    {
        if (process.WaitForExit(time))
            return false;
        process.Kill();
        process.WaitForExit();
        return process.ExitCode != 0;
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public (int Code, string Errors) End()
    {
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException($"The trainer did not end within {Limit}.");
        }

        return (process.ExitCode, errors.Result);
    }

    public void Dispose() => process.Dispose();
}
