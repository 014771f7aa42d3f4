using System.Reflection;
using BenchmarkDotNet.Attributes;
using DeepBelief.Benchmarks.Files;
using DeepBelief.Benchmarks.Operations;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Tests;

/// <summary>What BenchmarkDotNet measures, runs; how fast it is, no test says.</summary>
public sealed class BenchmarkTests
{
    private const string Torch = "Torch";

    [Fact]
    [Trait("Category", "Slow")]
    public void Every_operation_runs()
    {
        foreach (var name in Names<OperationBenchmarks>())
        {
            using var benchmarks = new OperationBenchmarks { Threads = 1 };
            RunOnce(benchmarks, name);
        }
    }

    [Fact]
    public void Every_operation_on_files_runs_and_leaves_no_file()
        => RunFiles(name => !name.StartsWith(Torch, StringComparison.Ordinal));

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Every_operation_of_Pythons_torch_runs_and_leaves_no_file()
    {
        try
        {
            _ = FileBenchmarks.Python.Find("torch");
        }
        catch (WorkerException e)
        {
            Skip.If(true, e.Message);
        }

        RunFiles(name => name.StartsWith(Torch, StringComparison.Ordinal));
    }

    private static void RunFiles(Func<string, bool> choose)
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName;
        var names = Names<FileBenchmarks>().Where(choose).ToArray();

        names.Should().NotBeEmpty();
        FileBenchmarks.Parent = folder;
        foreach (var name in names)
        {
            using (var benchmarks = new FileBenchmarks { Tensors = 1 })
            {
                RunOnce(benchmarks, name);
                Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Should().NotBeEmpty();
            }

            Directory.EnumerateFileSystemEntries(folder).Should().BeEmpty();
        }

        Directory.Delete(folder);
    }

    private static IEnumerable<string> Names<T>()
        => typeof(T).GetMethods().Where(method => method.IsDefined(typeof(BenchmarkAttribute))).Select(method => method.Name);

    // As BenchmarkDotNet does: with the method's own setup, or else that of all others.
    private static void RunOnce<T>(T benchmarks, string name)
    {
        var setups = typeof(T).GetMethods().Where(method => method.IsDefined(typeof(GlobalSetupAttribute))).ToLookup(
            method => method.GetCustomAttribute<GlobalSetupAttribute>()!.Targets.SingleOrDefault(""),
            method => method);
        _ = setups[setups.Contains(name) ? name : ""].Single().Invoke(benchmarks, null);
        _ = typeof(T).GetMethod(name)!.Invoke(benchmarks, null);
    }
}
