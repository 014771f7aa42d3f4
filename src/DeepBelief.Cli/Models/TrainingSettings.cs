using System.CommandLine;
using DeepBelief.Cli.Options;
using DeepBelief.Files;
using DeepBelief.Training;

namespace DeepBelief.Cli.Models;

/// <summary>The options of training runs.</summary>
internal sealed class TrainingSettings
{
    // Of the run before the labels come in.
    private const string PretrainingEnding = ".pretraining";

    private readonly Option<int> epochs = NumberOption.Whole("--epochs", [], "Passes over the rows.", usual: 10);
    private readonly Option<int?> fineTuning = NumberOption.Whole("--fine-tuning-epochs", "Of a classifier: passes with the labels, after pre-training. Default: as many as --epochs.");
    private readonly Option<int?> batch = NumberOption.Whole("--batch", "Rows per batch. Default: a twentieth of the rows, 20 to 100.");
    private readonly Option<double?> rate = NumberOption.Positive("--rate", "Learning rate; of a classifier, that with the labels. Default: chosen for the model and its rows.");
    private readonly Option<int?> patience = NumberOption.Whole("--patience", "End after so many epochs without a better one, of a classifier with the labels, and keep the best.");
    private readonly FileOption checkpoint = new("--checkpoint") { Description = "File that keeps the run after every epoch, for --resume. Ctrl+C ends the run with it.", HelpName = "file", Use = new() { IsWritten = true, Beside = [".tmp", PretrainingEnding, $"{PretrainingEnding}.tmp"] } };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on from the --checkpoint, to the same bits as a run that was never interrupted; begin if there is none." };

    /// <summary>Adds the options to a command.</summary>
    public TrainingSettings(Command command)
    {
        foreach (var option in new Option[] { epochs, fineTuning, batch, rate, patience, checkpoint, resume })
            command.Add(option);
    }

    /// <summary>The file of the checkpoint; null for none.</summary>
    public string? Checkpoint(CommandRun run) => run.Parsed.GetValue(checkpoint);

    /// <summary>True if the checkpoint is there, or that of the pre-training before it.</summary>
    public bool IsKept(CommandRun run) => Checkpoint(run) is { } path && (Links.HasFile(path) || Links.HasFile(Pretraining(path)));

    /// <summary>Refuses a run that would replace the checkpoint of another, and options that would have no effect.</summary>
    public void Check(CommandRun run, bool isClassifier)
    {
        if (!isClassifier && run.Has(fineTuning))
            throw new UsageException("--fine-tuning-epochs is for a classifier.");
        if (run.Parsed.GetValue(resume) && Checkpoint(run) is null)
            throw new UsageException("--resume goes on from a --checkpoint, of which there is none.");
        if (!run.Parsed.GetValue(resume) && IsKept(run))
            throw new IOException($"{Checkpoint(run)}: a run is kept there. '--resume' goes on from it; to begin anew, delete it first.");
    }

    /// <summary>The options of a run.</summary>
    public TOptions Of<TOptions>(CommandRun run, TOptions options, long seed)
        where TOptions : OptimizationOptions
    {
        OptimizationOptions given = options;
        return (TOptions)(given with
        {
            Epochs = run.Parsed.GetValue(epochs),
            BatchSize = run.Parsed.GetValue(batch),
            LearningRate = run.Parsed.GetValue(rate) is { } chosen ? Schedule.Constant(chosen) : options.LearningRate,
            Patience = run.Parsed.GetValue(patience),
            Seed = seed,
            Checkpoint = Checkpoint(run) is { } path ? new CheckpointOptions { Path = path } : null,
        });
    }

    /// <summary>Of how many rows a run holds the states together: those of a batch and of the model, or those that it begins with and is measured on.</summary>
    public long RowsAtOnce(CommandRun run, long rows)
        => Math.Max(2 * RowsOfBatch(run, rows), Math.Min(rows, AutomaticOptions.OverviewRows(new TrainingOptions())));

    /// <summary>How many rows a batch has.</summary>
    public long RowsOfBatch(CommandRun run, long rows) => Math.Min(rows, AutomaticOptions.BatchSize(new TrainingOptions { BatchSize = run.Parsed.GetValue(batch) }, rows));

    /// <summary>The options of a run that goes before the labels come in, which has a checkpoint of its own.</summary>
    public TOptions OfPretraining<TOptions>(CommandRun run, TOptions options, long seed)
        where TOptions : OptimizationOptions
    {
        OptimizationOptions whole = Of(run, options, seed);
        return (TOptions)(whole with
        {
            LearningRate = options.LearningRate,
            Patience = null,
            Checkpoint = Checkpoint(run) is { } path ? new CheckpointOptions { Path = Pretraining(path) } : null,
        });
    }

    /// <summary>The options of the run with the labels.</summary>
    public TOptions OfFineTuning<TOptions>(CommandRun run, TOptions options, long seed)
        where TOptions : OptimizationOptions
    {
        OptimizationOptions whole = Of(run, options, seed);
        return (TOptions)(whole with { Epochs = run.Parsed.GetValue(fineTuning) ?? run.Parsed.GetValue(epochs) });
    }

    private static string Pretraining(string checkpoint) => $"{checkpoint}{PretrainingEnding}";
}
