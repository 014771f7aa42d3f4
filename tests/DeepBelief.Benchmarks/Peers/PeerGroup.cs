using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Peers;

/// <summary>
/// The peers of a case: those in Python each in the thread setting that suits it best and in a plain process, the one in
/// TorchSharp in that of the case.
/// </summary>
internal sealed class PeerGroup : IDisposable
{
    private readonly List<(string Name, string Setting, Worker Worker, List<double> Rates)> runs = [];

    public PeerGroup(Python python, ThreadSetting setting, IEnumerable<PeerProgram> programs)
    {
        foreach (var program in programs)
        {
            try
            {
                if (program.IsOwn)
                {
                    var own = program.Start(python, setting);
                    runs.Add((program.Name, setting.Name, own, []));
                    Notes.Add(program.Describe(own.Info));
                    continue;
                }

                var best = BestSetting.Start(ThreadSetting.PeerCandidates, setting => program.Start(python, setting));
                runs.Add((program.Name, $"best: {best.Setting.Name}", best, []));
                runs.Add((program.Name, "default", program.Start(python, ThreadSetting.Default), []));
                Notes.Add(program.Describe(best.Info));
            }
            catch (WorkerException e)
            {
                Notes.Add($"{program.Name} skipped: {e.Message}.");
            }
        }
    }

    /// <summary>What the peers are; which can't run here, and why.</summary>
    public List<string> Notes { get; } = [];

    public bool IsEmpty => runs.Count == 0;

    /// <summary>One repetition of each.</summary>
    public void Repeat()
    {
        foreach (var run in runs)
            run.Rates.Add(run.Worker.Repeat().SamplesPerS);
    }

    /// <summary>How much faster ours was, repetition by repetition.</summary>
    public IReadOnlyList<PeerResult> Against(IReadOnlyList<double> ours)
        => [.. runs.Select(run => PeerResult.From(run.Name, run.Setting, ours, run.Rates))];

    public void Dispose()
    {
        foreach (var run in runs)
            run.Worker.Dispose();
    }
}
