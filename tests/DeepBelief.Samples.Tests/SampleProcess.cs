using System.Diagnostics;

namespace DeepBelief.Samples.Tests;

/// <summary>A process of the MNIST sample on tiny data, as a shell would start it.</summary>
internal sealed class SampleProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly Task<string> errors;

    private SampleProcess(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it in a folder, which is also where its cache goes.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="command">A line for the shell, in which <c>sample</c> stands for the program.</param>
    public static SampleProcess Start(string folder, string command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "DeepBelief.Tests.MnistProgram.dll");
        // Whoever runs the tests in the background may have had SIGINT ignored, which processes inherit.
        var line = command.Replace("sample", $"exec env --default-signal=INT dotnet '{program}'", StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CACHE_HOME"] = folder;
        return new SampleProcess(start);
    }

    public bool HasEnded => process.HasExited;

    /// <summary>Reads lines of standard output up to one that begins so, and returns that.</summary>
    public string WaitFor(string beginning)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"The sample ended without a line '{beginning}': {errors.Result}");
    }

    /// <summary>Sends a signal, such as INT, which is what Ctrl-C sends.</summary>
    public void Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", FormattableString.Invariant($"{process.Id}")]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public (int Code, string Output, string Errors) End()
    {
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException($"The sample did not end within {Limit}: {errors.Result}");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }

    public void Dispose() => process.Dispose();
}
