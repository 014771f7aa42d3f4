using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace DeepBelief.Benchmarks.Files;

/// <summary>Times saving and loading a state of 100 MiB, beside Python's torch.</summary>
internal static class FilesCommand
{
    private const string WorkerName = "files-worker";
    private const int Tensors = 25; // of 4 MiB

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each operation is measured; the median counts.", DefaultValueFactory = _ => 7 };
        var python = new Option<string>("--python") { Description = "A Python with torch.", DefaultValueFactory = _ => "/usr/bin/python3" };
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where the files go.", DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()) };
        var command = new Command("files", "Times and memory of saving and loading 100 MiB, beside torch.save and torch.load (Linux).") { rounds, python, folder };
        command.SetAction(parsed => Run(parsed.GetValue(rounds), parsed.GetValue(python)!, parsed.GetValue(folder)!.FullName));
        return command;
    }

    /// <summary>One measurement, in a process of its own.</summary>
    public static Command CreateWorker()
    {
        var operation = new Argument<string>("operation");
        var path = new Argument<string>("path");
        var command = new Command(WorkerName) { operation, path };
        command.Hidden = true;
        command.SetAction(parsed => Console.WriteLine(FileOperations.Run(parsed.GetValue(operation)!, parsed.GetValue(path)!, Tensors)));
        return command;
    }

    private static int Run(int rounds, string python, string parent)
    {
        var folder = Path.Combine(parent, $"deepbelief-files-{Guid.NewGuid():N}");
        _ = Directory.CreateDirectory(folder);
        try
        {
            var operations = new List<(string Name, Func<Measurement> Measure)>();
            foreach (var name in FileOperations.Names)
                operations.Add((name, () => Start(Environment.ProcessPath!, [.. Self(), WorkerName, name, File(name)])));
            if (HasTorch(python))
            {
                foreach (var name in FileOperations.PythonNames)
                    operations.Add((name, () => Start(python, ["-c", FileOperations.Python, name, File(name), $"{Tensors}"])));
            }

            // In turns, so that what else the machine does hits all alike.
            var results = operations.ToDictionary(operation => operation.Name, _ => new List<Measurement>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var (name, measure) in operations)
                    results[name].Add(measure());
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"100 MiB in {Tensors} tensors, median of {rounds}"));
            Console.WriteLine($"{"operation",-30} {"ms",8} {"least",8} {"peak MiB",9}");
            foreach (var (name, all) in results)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-30} {Median(all.Select(m => m.Milliseconds)),8:f1} {all.Min(m => m.Milliseconds),8:f1} {Median(all.Select(m => m.Mebibytes)),9:f0}"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Each library loads what it saved.
        string File(string operation) => Path.Combine(folder, operation.StartsWith("Safetensors", StringComparison.Ordinal) ? "state.safetensors"
            : operation.StartsWith("torch", StringComparison.Ordinal) ? "python.pt" : "state.pt");
    }

    // Started as 'dotnet x.dll', the process is dotnet.
    private static string[] Self()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(FilesCommand).Assembly.Location] : [];

    private static bool HasTorch(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Measurement Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Measurement.Parse(output.Trim()) : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
