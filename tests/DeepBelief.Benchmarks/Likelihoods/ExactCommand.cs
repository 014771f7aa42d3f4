using System.CommandLine;
using System.Globalization;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Benchmarks.Likelihoods;

/// <summary>Trains on small sets with the defaults and with single options changed, and prints exact likelihoods.</summary>
internal static class ExactCommand
{
    private static readonly (string Name, TrainingOptions Options)[] Arms =
    [
        ("defaults", new()),
        ("CD-1", new() { NegativePhase = new ContrastiveDivergence() }),
        ("PCD-1", new() { NegativePhase = new PersistentContrastiveDivergence() }),
        ("PCD-1, no jumps", new() { NegativePhase = new PersistentContrastiveDivergence { Jumps = false } }),
        ("tempering", new() { NegativePhase = new ParallelTempering() }),
        ("CD-1, not centered", new() { NegativePhase = new ContrastiveDivergence(), Centering = null }),
        ("Adam", new() { Optimizer = new AdamSettings() }),
    ];

    public static Command Create()
    {
        var sets = new Option<string[]>("--set") { Description = "The sets; all by default.", HelpName = "name", AllowMultipleArgumentsPerToken = true };
        var arms = new Option<string[]>("--arm") { Description = "The settings; all by default.", HelpName = "name", AllowMultipleArgumentsPerToken = true };
        sets.AcceptOnlyFromAmong([.. SmallSets.All.Select(set => set.Name)]);
        arms.AcceptOnlyFromAmong([.. Arms.Select(arm => arm.Name)]);
        var seeds = new Option<int>("--seeds") { Description = "Number of seeds.", DefaultValueFactory = _ => 3, HelpName = "count" };
        var command = new Command("exact", "Prints exact likelihoods of RBMs trained on twenty small sets with the defaults and with single options changed.") { sets, arms, seeds };
        command.SetAction(parsed =>
        {
            var (output, names) = (parsed.InvocationConfiguration.Output, parsed.GetValue(arms)!);
            var chosen = Arms.Where(arm => names.Length == 0 || names.Contains(arm.Name)).ToArray();
            output.WriteLine("Mean log-likelihood of a training row in nats: median of the seeds, and the worst.");
            output.WriteLine($"| set | best | {string.Join(" | ", chosen.Select(arm => arm.Name))} |");
            output.WriteLine($"|---|--:|{string.Concat(chosen.Select(_ => "--:|"))}");
            foreach (var set in SmallSets.All.Where(set => parsed.GetValue(sets)! is not { Length: > 0 } wanted || wanted.Contains(set.Name)))
            {
                using var rows = set.Rows();
                output.Write($"| {set.Name} | {(set.Best is { } best ? Text(best) : string.Empty)} |");
                foreach (var (_, options) in chosen)
                {
                    output.Write($" {Measure(set, rows, options, parsed.GetValue(seeds))} |");
                    output.Flush();
                }

                output.WriteLine();
            }
        });
        return command;
    }

    private static string Measure(SmallSet set, torch.Tensor rows, TrainingOptions options, int seeds)
    {
        try
        {
            var values = Enumerable.Range(0, seeds).Select(seed => LogLikelihoodOf(set, rows, options with { Epochs = set.Epochs, Seed = seed })).Order().ToArray();
            return $"{Text(values[values.Length / 2])} ({Text(values[0])})";
        }
        catch (TrainingDivergedException)
        {
            return "diverged";
        }
    }

    private static double LogLikelihoodOf(SmallSet set, torch.Tensor rows, TrainingOptions options)
    {
        using var rbm = set.NewRbm(rows.shape[1], options.Seed);
        _ = rbm.Fit(rows, options);
        return LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;
    }

    private static string Text(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
}
