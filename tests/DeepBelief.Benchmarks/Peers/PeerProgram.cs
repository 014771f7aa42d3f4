using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Training;

namespace DeepBelief.Benchmarks.Peers;

/// <summary>Another program on the same task: one of the Python scripts beside this file, or <see cref="EagerWorker"/>.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Modules">What it imports; nothing if it is a process of this program.</param>
/// <param name="Arguments">The script, or the command, and its arguments.</param>
internal sealed record PeerProgram(string Name, IReadOnlyList<string> Modules, IReadOnlyList<string> Arguments)
{
    /// <summary>The loop of <see cref="FineTuneWorkload"/> in eager PyTorch.</summary>
    public static PeerProgram FineTune(int rows)
        => new("eager PyTorch", ["torch"], [Python.Script("finetune.py"), Text(rows)]);

    /// <summary>True if it is a process of this program, whose threads are those of the library.</summary>
    public bool IsOwn => Modules.Count == 0;

    /// <summary>The programs that can do what a case does.</summary>
    /// <param name="rbm">The case.</param>
    /// <param name="rows">Rows of a repetition.</param>
    /// <param name="original">A checkout of the original, or null.</param>
    public static IEnumerable<PeerProgram> Of(RbmWorkload rbm, int rows, string? original)
    {
        string[] shape = [Text(rbm.Visible), Text(rbm.Hidden), Text(rbm.Batch), Text(rbm.Steps), Text(rows)];
        if (rbm.Gaussian)
            yield break;
        if (rbm.Persistent)
        {
            foreach (var type in (string[])["float64", "float32"])
                yield return new($"scikit-learn BernoulliRBM, {type}", ["sklearn"], [Python.Script("sklearn_rbm.py"), .. shape, type]);
            yield break;
        }

        if (!rbm.Adam)
        {
            yield return new("eager TorchSharp", [], EagerWorker.Arguments(shape));
            yield return new("eager PyTorch", ["torch"], [Python.Script("eager_cd.py"), .. shape]);
        }

        if (original is not null)
            yield return new("the original (Adam)", ["torch", "tqdm"], [Python.Script("original.py"), .. shape, original]);
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="WorkerException">It can't run here.</exception>
    public Worker Start(Python python, ThreadSetting setting)
        => IsOwn ? Worker.StartOwn(setting, [.. Arguments]) : Worker.Start(setting, python.Find(Modules), Arguments);

    /// <summary>What the reader of its figures has to know: its version and what does its matrix products.</summary>
    public string Describe(WorkerInfo info)
        => $"{Name}: version {info.Version}"
            + (info.Blas.Length == 0 ? "" : $", BLAS {info.Blas}")
            + (info.HasReferenceBlas ? ", the reference implementation, many times slower than others (Debian's fast one: libopenblas0-pthread)" : "")
            + ".";

    private static string Text(int number) => FormattableString.Invariant($"{number}");
}
