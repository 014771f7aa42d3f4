using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DeepBelief.Samples.Mnist;

/// <summary>The options of the command line, their help, and what they come to.</summary>
internal static class CommandLine
{
    private const string HelpEnd = """
        Tables (for --only):
          rbm             RBM 784-2500-10 without pre-training
          rbm-pretrained  RBM 784-2500-10 with pre-training
          dbn             DBN 784-512-128-64-10 without pre-training
          dbn-pretrained  DBN 784-512-128-64-10 with pre-training
          dbn-binarized   goes on from dbn-pretrained, which is therefore run, too

        Examples:
          samples/run.sh                                 all five tables, on the CPU
          samples/run.sh --only rbm rbm-pretrained       with and without pre-training, one layer
          samples/run.sh --seed 1 --out results          another seed, CSV files into ./results
          samples/run.sh --data ~/mnist --loss logits    own MNIST files, plain cross-entropy
          samples/run.sh --preset paper --device cuda    the original's pre-training, on a GPU

        Exit codes:
          0  success    1  failure    2  wrong usage    130  cancelled (Ctrl-C)
        """;

    private static readonly Dictionary<string, Experiment> Names = new()
    {
        ["rbm"] = Experiment.Rbm,
        ["rbm-pretrained"] = Experiment.RbmPretrained,
        ["dbn"] = Experiment.Dbn,
        ["dbn-pretrained"] = Experiment.DbnPretrained,
        ["dbn-binarized"] = Experiment.DbnBinarized,
    };

    /// <summary>Parses, and hands the options to <paramref name="run"/> unless only help was asked for.</summary>
    /// <param name="args">The arguments as given.</param>
    /// <param name="run">The work; returns the exit code. Its token is cancelled by Ctrl-C and SIGTERM.</param>
    /// <param name="output">For help.</param>
    /// <param name="error">For wrong usage.</param>
    public static async Task<int> RunAsync(
        string[] args, Func<MnistOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter error)
    {
        var preset = Choice(
            "--preset",
            "How much pre-training: quick takes minutes on a CPU; paper uses the original's settings (100 epochs, CD-10) and is meant for a GPU.",
            Preset.Quick);
        var device = Choice("--device", "Where to compute.", ComputeDevice.Cpu);
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of weights, shuffling and sampling; the split into training and test images is always the same.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Run only these tables (below); several may follow.",
            HelpName = "table",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. Names.Keys]);
        var loss = Choice(
            "--loss",
            "original: softmax before cross-entropy, never below 1.4612, so that losses compare with the original's; logits: plain cross-entropy.",
            LossKind.Original);
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder with the four MNIST files, raw or gzipped. What it lacks is taken from the per-user cache, else downloaded into that.",
            HelpName = "folder",
        };
        data.AcceptExistingOnly();
        var results = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder for the results as CSV files, made if need be. Without this option none are written.",
            HelpName = "folder",
        };
        var threads = new Option<int?>("--threads")
        {
            Description = "Threads of torch's own operators; by default libtorch chooses. Matrix products follow their BLAS library (OPENBLAS_NUM_THREADS).",
            HelpName = "N",
        };
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError("Option '--threads' takes a number of at least 1.");
        });

        var root = new RootCommand(
            "Trains RBM and DBN classifiers on MNIST with and without pre-training, and prints the results as five tables beside those of the Python original.")
        {
            preset, device, seed, only, loss, data, results, threads,
        };
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new FullHelp((HelpAction)help.Action!);
        // On another thread: Ctrl-C is heeded only once the action has given this one back, and training doesn't.
        root.SetAction((parsed, cancellationToken) =>
            Task.Run(() => run(Understand(parsed), cancellationToken), CancellationToken.None));

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = false;
            await parsed.InvokeAsync(configuration);
            await error.WriteLineAsync("'--help' lists the options.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(configuration);

        MnistOptions Understand(ParseResult parsed) => new()
        {
            Preset = Value(parsed, preset),
            Device = Value(parsed, device),
            Seed = parsed.GetValue(seed),
            Experiments = Selected(parsed.GetValue(only) ?? []),
            Loss = Value(parsed, loss),
            DataFolder = parsed.GetValue(data)?.FullName,
            OutputFolder = parsed.GetValue(results)?.FullName,
            Threads = parsed.GetValue(threads),
        };
    }

    private static Experiment[] Selected(string[] names)
    {
        if (names.Length == 0)
            return Enum.GetValues<Experiment>();
        var selected = names.Select(name => Names[name]).ToHashSet();
        if (selected.Contains(Experiment.DbnBinarized))
            selected.Add(Experiment.DbnPretrained);
        return [.. selected.Order()];
    }

    private static EnumOption<T> Choice<T>(string name, string description, T defaultValue)
        where T : struct, Enum
    {
        var option = new EnumOption<T>(name) { Description = description, DefaultValueFactory = _ => Lower(defaultValue) };
        option.AcceptOnlyFromAmong([.. Enum.GetValues<T>().Select(Lower)]);
        return option;
    }

    private static T Value<T>(ParseResult parsed, EnumOption<T> option)
        where T : struct, Enum =>
        Enum.Parse<T>(parsed.GetValue(option)!, ignoreCase: true);

#pragma warning disable CA1308 // Lower case is what the user types.
    private static string Lower<T>(T value)
        where T : struct, Enum =>
        value.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>A word in lower case for each of an enumeration's values, and no numbers.</summary>
    private sealed class EnumOption<T>(string name) : Option<string>(name)
        where T : struct, Enum;

    private sealed class FullHelp(HelpAction options) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = options.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(HelpEnd);
            return code;
        }
    }
}
