using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>
/// A process that measures one thing in one thread setting, a repetition whenever it is told to. It says what it is on
/// one line of JSON once it has warmed up; then, for each line it reads, it does a repetition and answers with another.
/// It ends with its input.
/// </summary>
internal sealed class Worker : IDisposable
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Process process;
    private readonly ErrorTail errors = new();

    private Worker(Process process, ThreadSetting setting)
    {
        this.process = process;
        Setting = setting;
        process.ErrorDataReceived += (_, e) => errors.Add(e.Data);
        process.BeginErrorReadLine();
    }

    public ThreadSetting Setting { get; }

    /// <summary>What the worker said of itself.</summary>
    public WorkerInfo Info { get; private set; } = WorkerInfo.Unknown;

    /// <summary>Starts a worker of this program and waits until it is warm.</summary>
    public static Worker StartOwn(ThreadSetting setting, params string[] arguments)
        => Start(setting, DotNetHost, [typeof(Worker).Assembly.Location, .. arguments]);

    /// <summary>Starts a worker and waits until it is warm.</summary>
    /// <exception cref="WorkerException">It did not start or did not get that far.</exception>
    public static Worker Start(ThreadSetting setting, string program, IEnumerable<string> arguments)
    {
        var worker = Launch(setting, program, arguments);
        try
        {
            worker.Info = worker.Read<WorkerInfo>();
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Runs a process of this program that says one thing, and gives what it said.</summary>
    /// <exception cref="WorkerException">It did not start, or said nothing.</exception>
    public static T Ask<T>(ThreadSetting setting, params string[] arguments)
    {
        using var worker = Launch(setting, DotNetHost, [typeof(Worker).Assembly.Location, .. arguments]);
        return worker.Read<T>();
    }

    /// <summary>Has the worker do one repetition.</summary>
    /// <exception cref="WorkerException">It ended instead.</exception>
    public Repetition Repeat()
    {
        try
        {
            process.StandardInput.WriteLine("go");
        }
        catch (IOException)
        {
            // It has ended; Read says why.
        }

        return Read<Repetition>();
    }

    /// <summary>Lets the worker go: it ends when its input does.</summary>
    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static Worker Launch(ThreadSetting setting, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        setting.Apply(start.Environment);
        try
        {
            return new Worker(Process.Start(start)!, setting);
        }
        catch (Win32Exception e)
        {
            throw new WorkerException($"{program} does not start: {e.Message}");
        }
    }

    private static string DotNetHost
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private T Read<T>()
    {
        if (process.StandardOutput.ReadLine() is { } line)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(line, Json)!;
            }
            catch (JsonException)
            {
                throw new WorkerException($"the worker answered with something else than a measurement: {line}");
            }
        }

        process.WaitForExit();
        throw new WorkerException(errors.Last is "" ? $"the worker ended with exit code {process.ExitCode}" : errors.Last);
    }
}
