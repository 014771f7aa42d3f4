using System.CommandLine;
using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Training;

/// <summary>The speed of training, against that of its matrix products and against others.</summary>
internal static class TrainingCommand
{
    private const string Details = """
        What is measured:
          samples/s is the speed of Fit or FitClassifier with default settings but for what the case's name says, and a
          learning rate of 0.001 for Gaussian units and Adam: rows a second over whole epochs of 60,000 rows, with
          shuffling, checks and an evaluation at an epoch's end; that is on 100 rows, as it is no part of a step (with the
          default of 1000, CD-1 takes 1 to 2 % longer). The ceiling is the speed of the 2k+3 matrix products of CD-k, of the
          same shapes, in the same process, before and after every epoch; in between, what a step reads and writes is read and
          written, but not timed, so that the products find as little of their operands in the cache as there. The warm
          ceiling is that of the products one after the other. For fine-tuning the ceiling is the same loop in eager PyTorch
          instead. Cases that end in bf16 have products of bfloat16 and the same ceiling, in float32;
          a processor without such products leaves them out. defaults-784-500 sets no option but the number of epochs; its ceiling is the
          speed of cd1-784-500-b100, and a note says how much longer its epochs take. Processes that are compared take
          turns. fit-* are whole calls of Fit, from a new model on, with five epochs of 1,000 rows and else default options, or, where
          the name ends in cd1, by CD-1, neither centered nor averaged; some of them one after the other; their ceiling are the
          products of their updates. All is measured five times after a warm-up. Figures are medians; ratio is the median of the five ratios,
          and spread the least and the largest. Every case runs for 1 thread and for all cores, in processes of their own.

        Threads:
          libtorch uses OpenMP's threads, also for its matrix products, which MKL does, and the library's own loops use as
          many: one for each core, unless OMP_NUM_THREADS or MKL_NUM_THREADS says otherwise. Cases set both; threads
          without work wait for 50 microseconds, as in all applications that use the package. For default-threads the ceiling is the library with the best of these settings, and what is compared with that is a process with nothing
          about threads in its environment. default-busy and default-busy-small (fit-784-50-1000-rows) are the same beside a
          process that keeps one core busy, in both. Before every repetition with several threads, the time of a message between
          two threads is taken: the closer the cores that they get, the higher the ratio.

        Vectors:
          The library's own loops use the widest vectors that .NET has. --vectors 256 sets DOTNET_EnableAVX512=0 for our
          processes, and --vectors 128 DOTNET_EnableAVX2=0; libtorch, and with it the ceiling and the peers, stays as it is.
          A machine that has others is an error.

        Peers:
          Eager TorchSharp is CD-k as one writes it with torch's operators, in the thread setting of the case. Those in Python
          run beside the case with all cores, in the setting that suits each best (with OMP_WAIT_POLICY=PASSIVE), and in a plain process. None has an
          evaluation, which ours has. OpenBLAS, which Debian's packages use, has threads of its own: OPENBLAS_NUM_THREADS
          is set for those. What a peer needs is not installed: one that can't run is skipped, and the note below the
          table names Debian's packages.

        JSON:
          A list with an object for each row: case, threads, samples_per_s, ceiling_samples_per_s, ratio, and the least
          and the largest ratio as min and max; all after samples_per_s are null where the ceiling is missing. Where it is
          of products also warm_ceiling_samples_per_s and warm_ratio. With
          --peers also peers, a list of objects with name, setting, samples_per_s, multiple (our speed as a multiple of
          theirs), min and max. With --vectors also vector_bits.

        Examples, after 'dotnet run -c Release --project tests/DeepBelief.Benchmarks --':
          training --quick                         all cases in a few minutes
          training --case cd1-784-500-b100         one case
          training --peers --original ../original  beside others, the Python original among them
        """;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick")
        {
            Description = "Shorter epochs, evaluated on fewer rows in proportion: a few minutes, and less exact.",
        };
        var json = new Option<FileInfo>("--json") { Description = "Also writes the table to this file.", HelpName = "file" };
        var peers = new Option<bool>("--peers")
        {
            Description = "Also measures CD-k in eager TorchSharp and eager PyTorch, and scikit-learn's BernoulliRBM.",
        };
        var original = new Option<DirectoryInfo>("--original")
        {
            Description = "Also measures the Python original, of which this folder is a checkout, among the peers.",
            HelpName = "folder",
        };
        original.AcceptExistingOnly();
        var vectors = new Option<int?>("--vectors") { Description = "Bits of the widest vectors that the library may use: 512, 256 or 128.", HelpName = "bits" };
        vectors.AcceptOnlyFromAmong([.. VectorSetting.Widths.Select(bits => FormattableString.Invariant($"{bits}"))]);
        var python = PythonOption.Create();
        var cases = new Option<string[]>("--case")
        {
            Description = "Only this case (below); several may follow.",
            HelpName = "name",
            AllowMultipleArgumentsPerToken = true,
        };
        cases.AcceptOnlyFromAmong([.. Suite.Cases, Workloads.Tiny]);

        var command = new Command("training", "Measures how fast the library trains, and prints one table.") { quick, json, peers, original, python, vectors, cases };
        DetailedHelp.AddTo(command, $"Cases:\n  {string.Join("\n  ", Suite.Cases)}\n\n{Details}");
        command.SetAction(parsed =>
        {
            var checkout = parsed.GetValue(original)?.FullName;
            var scratch = checkout is null ? null : Directory.CreateTempSubdirectory("deepbelief-benchmarks-").FullName;
            try
            {
                var source = checkout is null ? null : Original.Locate(checkout, scratch!);
                if (checkout is not null && source is null)
                    throw new WorkerException($"{checkout} is no checkout of the original: neither the folder nor its repository has RBM.py.");
                var chosen = parsed.GetValue(cases) ?? [];
                return Run(
                    new()
                    {
                        Quick = parsed.GetValue(quick),
                        Peers = parsed.GetValue(peers) || source is not null,
                        Original = source,
                        Python = new(parsed.GetValue(python)),
                        Vectors = parsed.GetValue(vectors) is { } bits ? VectorSetting.Of(bits) : null,
                        Cases = chosen.Length == 0 ? Suite.Cases : [.. chosen.Distinct()],
                    },
                    parsed.GetValue(json)?.FullName,
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error);
            }
            catch (Exception e) when (e is WorkerException or IOException or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
            finally
            {
                if (scratch is not null)
                    Directory.Delete(scratch, recursive: true);
            }
        });
        return command;
    }

    private static int Run(SuiteOptions options, string? json, TextWriter output, TextWriter error)
    {
        // A folder that can't be made is better found before than after.
        if (json is not null)
            Directory.CreateDirectory(Path.GetDirectoryName(json)!);
        var suite = new Suite(options, error.WriteLine);
        suite.Run();
        Report.Write(output, suite);
        if (json is not null)
            ResultFile.Write(json, suite.Results);
        return 0;
    }
}
