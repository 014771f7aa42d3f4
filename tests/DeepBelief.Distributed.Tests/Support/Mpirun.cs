using System.Diagnostics;
using System.Globalization;
using DeepBelief.Tests.Support;

namespace DeepBelief.Distributed.Tests.Support;

/// <summary>A run of the program DeepBelief.Tests.Ranks on several ranks.</summary>
internal sealed class Mpirun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly Lazy<bool> IsThere = new(() => Run("mpirun", "--version"));

    private readonly TemporaryFolder folder;
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private Mpirun(TemporaryFolder folder, ProcessStartInfo start)
    {
        this.folder = folder;
        // A rank computes on one core.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        // Collected often, so that its memory is what it keeps.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts the program; skips the test where there is no mpirun.</summary>
    public static Mpirun Start(TemporaryFolder folder, int ranks, string kind, params IEnumerable<string> arguments)
    {
        Skip.IfNot(IsThere.Value, "Needs Open MPI's mpirun: install it (Debian: openmpi-bin).");
        string[] options = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", ranks.ToString(CultureInfo.InvariantCulture)];
        return new(folder, New("mpirun", [.. options, "dotnet", Program, kind, folder.Path, .. arguments]));
    }

    /// <summary>Starts the program without mpirun.</summary>
    public static Mpirun StartAlone(TemporaryFolder folder, string kind) => new(folder, New("dotnet", [Program, kind, folder.Path]));

    private static string Program => Path.Combine(AppContext.BaseDirectory, "DeepBelief.Tests.Ranks.dll");

    /// <summary>Waits until a file is there, or the run is over.</summary>
    public void WaitFor(string name)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(folder.File(name)) && !process.HasExited)
        {
            if (watch.Elapsed > Limit)
                throw new TimeoutException($"No file {name} within {Limit}.");
            Thread.Sleep(5);
        }
    }

    /// <summary>Sends a signal to a rank.</summary>
    public void Signal(int rank, string signal)
        => Run("kill", $"-{signal}", File.ReadAllText(folder.File(string.Create(CultureInfo.InvariantCulture, $"pid.{rank}")))).Should().BeTrue();

    /// <summary>Waits for the end and gives the exit code.</summary>
    public (int Code, string Text) End()
    {
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The ranks did not end within {Limit}.");
        }

        return (process.ExitCode, $"{output.Result}{errors.Result}");
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static ProcessStartInfo New(string file, IEnumerable<string> arguments)
        => new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static bool Run(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(New(file, arguments))!;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
