using System.CommandLine;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Files;

/// <summary>Times saving and loading a state of 100 MiB, beside Python's torch.</summary>
internal static class FilesCommand
{
    // Each takes long enough to be timed alone.
    private static readonly Job Job = Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(2).WithIterationCount(10);

    public static Command Create()
    {
        var python = PythonOption.Create();
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where the files go.",
            HelpName = "folder",
            DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()),
        };
        folder.AcceptExistingOnly();
        var command = BenchmarkCommand.Create("files", "Times saving and loading 100 MiB, beside torch.save and torch.load in Python.");
        command.Options.Add(python);
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            FileBenchmarks.Parent = parsed.GetValue(folder)!.FullName;
            FileBenchmarks.Python = new(parsed.GetValue(python));
            return BenchmarkCommand.Run<FileBenchmarks>(parsed, Job, Filters(parsed.InvocationConfiguration.Error));
        });
        return command;
    }

    private static IFilter[] Filters(TextWriter error)
    {
        try
        {
            _ = FileBenchmarks.Python.Find("torch");
            return [];
        }
        catch (WorkerException e)
        {
            error.WriteLine($"torch.save and torch.load are skipped: {e.Message}.");
            return [new NameFilter(name => !name.StartsWith("Torch", StringComparison.Ordinal))];
        }
    }
}
