using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Comparison;
using DeepBelief.Training;

namespace DeepBelief.Experiments;

/// <summary>The options of the command line, their help, and what they come to.</summary>
internal static class CommandLine
{
    private const string HelpEnd = """
        Experiments (for --experiment):
        {experiments}

        Tables (for --only):
          rbm             RBM 784-2500-10 without pre-training
          rbm-pretrained  RBM 784-2500-10 with pre-training
          rbm-control     the same pre-trained weights and biases, but in random places
          dbn             DBN 784-512-128-64-10 without pre-training
          dbn-pretrained  DBN 784-512-128-64-10 with pre-training
          dbn-binarized   goes on from dbn-pretrained, which is therefore run, too
          dbn-control     the same pre-trained weights and biases, but in random places

        Examples, to follow {command}:
          (nothing)                                  all tables, on the CPU
          --seeds 5                                  mean and standard deviation of the seeds 0 to 4
          --only rbm rbm-pretrained                  with and without pre-training, one layer
          --seed 1 --out results                     another seed, CSV files and the report into ./results
          --data ~/mnist --loss logits               own MNIST files, plain cross-entropy
          --preset paper --device cuda               the original's pre-training, on a GPU
          --experiment few-labels                    where pre-training pays, within three quarters of an hour on two cores
          --experiment full --seeds 3                all of MNIST: one choice of the way to learn, three seeds of it
          --experiment full --images fashion         all of Fashion-MNIST
          --experiment deep-likelihood               bounds of deep models, about an hour on two cores
          --experiment classification-rbm            an RBM as a classifier, a quarter of an hour on two cores
          --experiment generative-classifier         a network that tells digits and draws them
          --experiment anomaly --fashion ~/fashion   digits against noise and clothes, two minutes
          --experiment autoencoder                   codes of 30 numbers and of 2, a quarter of an hour on two cores
          --quiet --no-report                        nothing but the tables
          --json --quiet >run.json                   nothing but JSON on standard output
          --fresh                                    no use of what earlier runs have pre-trained

        Output:
          Results and notes go to standard output, warnings and errors to standard error. Colours and progress bars are for
          terminals only; NO_COLOR turns colours off. With --quiet, standard output has the results alone.
          The JSON document has the members schema (2), experiment, status (complete, cancelled or failed), failure, started,
          seconds, settings, environment, stages (training times and rows per second) and results; those of the experiment
          tables are tables, each with its epochs (mean, standardDeviation and count of every figure) and seeds (every
          seed's epochs and pre-training).

        Pre-training that is kept:
          Finished pre-training (of deep-likelihood and generative-classifier, all training), and unfinished up to its last
          epoch, is kept in the folder DeepBelief/checkpoints of the per-user cache (XDG_CACHE_HOME), up to 500 MB, of which
          the longest unused goes first. A later run with the same settings, library and torch goes on from there and gives
          the same results; --fresh does not, --checkpoints none keeps nothing, and it is safe to delete the folder.

        Ctrl-C:
          Once: training stops at the next batch, and what is finished is written and reported, marked as incomplete.
          Twice: the program ends at once; a file is there whole or not at all. SIGTERM works alike.

        Exit codes:
          0  success    1  failure    2  wrong usage    130  cancelled (Ctrl-C once or twice, SIGTERM)
          143  ended by a second SIGTERM
        """;

    /// <summary>Parses, and hands the options to <paramref name="run"/> unless only help was asked for.</summary>
    /// <param name="args">The arguments as given.</param>
    /// <param name="run">The work; returns the exit code.</param>
    /// <param name="output">For help.</param>
    /// <param name="error">For wrong usage.</param>
    /// <param name="cancellationToken">For the work.</param>
    public static async Task<int> RunAsync(
        string[] args,
        Func<ExperimentOptions, CancellationToken, Task<int>> run,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken = default)
    {
        var experiment = new Option<string>("--experiment")
        {
            Description = "What to run (below).",
            HelpName = "name",
            DefaultValueFactory = _ => ExperimentList.All[0].Name,
        };
        experiment.AcceptOnlyFromAmong([.. ExperimentList.All.Select(one => one.Name)]);
        string[] onAnyImages = [.. ExperimentList.All.Where(one => one.TakesAnyImages).Select(one => one.Name)];
        var images = Choice(
            "--images",
            $"What to learn from; other images than MNIST's are for the experiments {string.Join(", ", onAnyImages)}. fashion is Fashion-MNIST, clothes in place of digits.",
            ImageSet.Mnist);
        var preset = Choice(
            "--preset",
            "Of the experiment tables, how much pre-training: quick takes minutes on a CPU; paper uses the original's settings (100 epochs, CD-10) and is meant for a GPU.",
            Preset.Quick);
        var device = Choice("--device", "Where to compute.", ComputeDevice.Cpu);
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of weights, shuffling and sampling; the split into training and test images is always the same.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var seeds = new Option<int>("--seeds")
        {
            Description = "Repeat for this many seeds, counted up from --seed, and show mean and standard deviation, or each seed's figures.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        AtLeastOne(seeds);
        var only = new Option<string[]>("--only")
        {
            Description = "Of the experiment tables, make only these (below); several may follow.",
            HelpName = "table",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. TableDefinition.All.Select(table => table.Name)]);
        var loss = Choice(
            "--loss",
            "Of the experiment tables. original: softmax before cross-entropy, never below 1.4612, so that losses compare with the original's; logits: plain cross-entropy.",
            LossKind.Original);
        string[] onProducts = [.. ExperimentList.All.Where(one => one.TakesProducts).Select(one => one.Name)];
        var products = Choice(
            "--products",
            $"The type of the matrix products that pre-train, of the experiments {string.Join(", ", onProducts)}. bfloat16 needs a processor that multiplies it.",
            ProductPrecision.Float32);
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder with the four MNIST files, raw or gzipped. What it lacks is taken from the per-user cache, else downloaded into that.",
            HelpName = "folder",
        };
        data.AcceptExistingOnly();
        var fashion = new Option<DirectoryInfo>("--fashion")
        {
            Description = "Folder with the files of Fashion-MNIST, raw or gzipped, for --images fashion; the experiment anomaly looks at the test images alone, and leaves them out if they are not there. Default: where Debian's package dataset-fashion-mnist puts them; never downloaded.",
            HelpName = "folder",
        };
        fashion.AcceptExistingOnly();
        var results = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder for the results as CSV files, made if need be. Without this option none are written.",
            HelpName = "folder",
        };
        var threads = new Option<int?>("--threads")
        {
            Description = "Threads of torch, matrix products included; by default torch chooses, or the environment does (OMP_NUM_THREADS).",
            HelpName = "N",
        };
        AtLeastOne(threads);
        var report = new Option<string>("--report")
        {
            Description = "File of the report, an HTML page. Default: deepbelief-IMAGES-EXPERIMENT.html in the folder of --out, or in the current one.",
            HelpName = "file",
        };
        var noReport = new Option<bool>("--no-report") { Description = "Write no report." };
        var json = new Option<string?>("--json")
        {
            Description = "Write the results as JSON: to this file; or, without one, to standard output, and everything else to standard error.",
            HelpName = "file",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var checkpoints = new Option<string>("--checkpoints")
        {
            Description = "Folder in which pre-training is kept, for a later run to go on from, or 'none'. Default: in the per-user cache.",
            HelpName = "folder",
        };
        var fresh = new Option<bool>("--fresh") { Description = "Pre-train anew, whatever earlier runs have kept, and replace that." };
        var quiet = new Option<bool>("--quiet") { Description = "Print only results and errors." };

        var root = new RootCommand(
            "Trains RBM and DBN classifiers on MNIST with and without pre-training, and prints the results as tables beside those of the Python original.")
        {
            experiment, images, preset, device, seed, seeds, only, loss, products, data, fashion, results, report, noReport, json, checkpoints, fresh, quiet, threads,
        };
        root.Validators.Add(result =>
        {
            // What is no experiment at all is told elsewhere.
            var chosen = result.GetResult(experiment) is { Implicit: false, Tokens: [var token] } ? token.Value : ExperimentList.All[0].Name;
            var isFashion = result.GetResult(images) is { Tokens: [{ Value: var set }] } && set == Lower(ImageSet.Fashion);
            IsFor(only, chosen == ExperimentList.All[0].Name, $"the experiment '{ExperimentList.All[0].Name}'");
            IsFor(images, onAnyImages.Contains(chosen), $"the experiments {string.Join(", ", onAnyImages.Select(name => $"'{name}'"))}");
            IsFor(products, onProducts.Contains(chosen), $"the experiments {string.Join(", ", onProducts.Select(name => $"'{name}'"))}");
            IsFor(data, !isFashion, "MNIST: with '--images fashion', '--fashion' names the folder");
            IsFor(fashion, chosen == "anomaly" || isFashion, "the experiment 'anomaly' and for '--images fashion'");
            if (result.GetResult(report) is { Implicit: false } && result.GetValue(noReport))
                result.AddError("Options '--report' and '--no-report' exclude each other.");

            void IsFor(Option option, bool isRight, string what)
            {
                if (!isRight && result.GetResult(option) is { Implicit: false })
                    result.AddError($"Option '{option.Name}' is for {what}.");
            }
        });
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new FullHelp((HelpAction)help.Action!);
        root.SetAction((parsed, cancellation) => run(Understand(parsed), cancellation));

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Signals are the caller's.
        };
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = false;
            await parsed.InvokeAsync(configuration, cancellationToken);
            await error.WriteLineAsync("'--help' lists the options.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(configuration, cancellationToken);

        ExperimentOptions Understand(ParseResult parsed)
        {
            var options = new ExperimentOptions
            {
                Experiment = ExperimentList.Named(parsed.GetValue(experiment)!),
                Images = Value(parsed, images),
                Preset = Value(parsed, preset),
                Device = Value(parsed, device),
                Seeds = [.. Enumerable.Range(0, parsed.GetValue(seeds)).Select(i => parsed.GetValue(seed) + i)],
                Tables = Selected(parsed.GetValue(only) ?? []),
                Loss = Value(parsed, loss),
                Products = Value(parsed, products),
                DataFolder = parsed.GetValue(data)?.FullName,
                FashionFolder = parsed.GetValue(fashion)?.FullName,
                OutputFolder = parsed.GetValue(results)?.FullName,
                JsonFile = parsed.GetValue(json),
                JsonToOutput = parsed.GetResult(json) is { Tokens.Count: 0 },
                Fresh = parsed.GetValue(fresh),
                Quiet = parsed.GetValue(quiet),
                Threads = parsed.GetValue(threads),
            };
            return options with
            {
                ReportFile = parsed.GetValue(noReport) ? null
                    : parsed.GetValue(report) ?? Path.Combine(options.OutputFolder ?? string.Empty, $"deepbelief-{Lower(options.Images)}-{options.Experiment.Name}.html"),
                CheckpointFolder = parsed.GetValue(checkpoints) switch
                {
                    "none" => null,
                    var given => given ?? Pretraining.CheckpointFolder.Default(),
                },
            };
        }
    }

    private static void AtLeastOne<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int?>() is < 1)
            result.AddError($"Option '{option.Name}' takes a number of at least 1.");
    });

    private static TableKind[] Selected(string[] names)
    {
        if (names.Length == 0)
            return Enum.GetValues<TableKind>();
        var selected = TableDefinition.All.Where(table => names.Contains(table.Name)).Select(table => table.Kind).ToHashSet();
        if (selected.Contains(TableKind.DbnBinarized))
            selected.Add(TableKind.DbnPretrained);
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
    public static string Lower<T>(T value)
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
            parseResult.InvocationConfiguration.Output.WriteLine(HelpEnd
                .Replace("{experiments}", Experiments(), StringComparison.Ordinal)
                .Replace("{command}", RunReport.Program, StringComparison.Ordinal));
            return code;
        }

        private static string Experiments()
            => string.Join(Environment.NewLine, ExperimentList.All.Select(experiment => $"  {experiment.Name,-21}  {experiment.Description}"));
    }
}
