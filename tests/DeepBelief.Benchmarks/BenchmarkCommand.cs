using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace DeepBelief.Benchmarks;

/// <summary>A command that BenchmarkDotNet carries out.</summary>
internal static class BenchmarkCommand
{
    private const string Details = """
        BenchmarkDotNet measures, and takes all options that are not listed here, among them:
          --filter '*Save*'    only the methods whose names match
          --iterationCount 5   fewer measurements of each
          --artifacts folder   where logs and reports go; ./BenchmarkDotNet.Artifacts by default
        """;

    public static Command Create(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        DetailedHelp.AddTo(command, Details);
        return command;
    }

    /// <summary>Runs all benchmarks of a class that the filters and the user's options let through.</summary>
    public static int Run<T>(ParseResult parsed, Job job, params IFilter[] filters)
    {
        // In this process: for one of its own, BenchmarkDotNet would build another project, by this repository's rules for
        // its own code, which generated code fails, and only where it finds the sources.
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
            .AddFilter(filters);
        var summary = BenchmarkRunner.Run<T>(config, [.. parsed.UnmatchedTokens]);
        return summary.Reports.Length > 0 && summary.Reports.All(report => report.Success) ? 0 : 1;
    }
}
