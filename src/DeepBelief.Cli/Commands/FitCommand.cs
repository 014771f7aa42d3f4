using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Data;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief fit</c>: trains a model on rows and saves it.</summary>
internal sealed class FitCommand
{
    private const string Table = "table";
    private const string Automatic = "auto";

    // Each weight, its gradient and a mean of that.
    private const int NumbersOfWeight = 3;

    private readonly Argument<string> kind = new("kind") { Description = "rbm; dbn, a deep belief network; dbm, a deep Boltzmann machine; or classifier, a dbn that is then trained with labels." };
    private readonly FileOption model = new("--out", "-o")
    {
        Description = "File of the model: .pt, .safetensors, or .npz for scikit-learn. The columns of a table and the classes go beside it.",
        HelpName = "file",
        Required = true,
        Use = new() { IsWritten = true, Endings = ModelFormats.Endings, Beside = SavedModel.Beside },
    };

    private readonly Option<long[]> hidden = NumberOption.Sizes("--hidden", "Sizes of the hidden layers, lowest first; of an rbm one. Default: 256, of others 256 64.");
    private readonly Option<string> hiddenUnits = new("--hidden-units") { Description = "Hidden units of an rbm, by the names of --units.", HelpName = "kind", DefaultValueFactory = _ => "bernoulli" };
    private readonly FileOption validation = new("--validation") { Description = "Other rows, to measure the model on after every epoch.", HelpName = "file", Use = new() { CanBeStandard = true } };
    private readonly FileOption validationLabels = new("--validation-labels") { Description = "The classes of the validation rows, where --labels has those of the rows.", HelpName = "file", Use = new() { CanBeStandard = true } };

    private readonly Option<string> units = new("--units")
    {
        Description = $"Visible units: {UnitChoice.Names}; table, units for each column of a CSV file: numbers, yes or no, categories; or auto, table for CSV files, bernoulli for numbers from 0 to 1, else gaussian.",
        HelpName = "kind",
        DefaultValueFactory = _ => Automatic,
    };

    private readonly DataOptions data;
    private readonly LabelOptions labels;
    private readonly TrainingSettings settings;
    private readonly DeviceOption device;

    private FitCommand(Command command)
    {
        kind.AcceptOnlyFromAmong("rbm", "dbn", "dbm", "classifier");
        units.Expect(text => text is Table or Automatic || UnitChoice.Find(text) is not null, $"{UnitChoice.Names}, {Table} or {Automatic}");
        hiddenUnits.Expect(text => UnitChoice.Find(text) is not null, UnitChoice.Names);
        command.Add(kind);
        data = new DataOptions(command);
        foreach (var option in new Option[] { model, hidden, units, hiddenUnits })
            command.Add(option);
        labels = new LabelOptions(command);
        command.Add(validation);
        command.Add(validationLabels);
        settings = new TrainingSettings(command);
        device = new DeviceOption(command);
    }

    public static Command Create()
    {
        var command = new Command("fit", "Train a model.");
        CommandRun.Set(command, new FitCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        var (name, path, isClassifier) = (run.Parsed.GetValue(kind)!, run.Parsed.GetValue(model)!, run.Parsed.GetValue(kind) == "classifier");
        if (labels.AreGiven(run) && !isClassifier)
            throw new UsageException($"--label-column and --labels are for a classifier; '--ignore COLUMN' leaves a column out of a {name}.");
        var hiddenChoice = UnitChoice.Find(run.Parsed.GetValue(hiddenUnits)!)!;
        if (name != "rbm" && run.Parsed.GetResult(hiddenUnits) is { Implicit: false })
            throw new UsageException("--hidden-units is for an rbm.");
        long[] sizes = run.Parsed.GetValue(hidden) is { Length: > 0 } given ? given : name == "rbm" ? [256] : [256, 64];
        if (name == "rbm" && sizes.Length != 1)
            throw new UsageException($"--hidden: expected one size for an rbm, found {string.Join(' ', sizes)}.");
        settings.Check(run, isClassifier);
        CheckValidation(run, isClassifier);

        var clock = Stopwatch.StartNew();
        var (file, unseenFile) = (data.ReadRows(run), data.ReadRows(run, validation));
        var (labelFile, unseenLabels) = (labels.File(run, data), data.ReadLabels(run, validationLabels));
        data.Check(run, [file, unseenFile], labelFile, unseenLabels);
        var (classes, column) = isClassifier ? labels.Read(run, labelFile, file) : default;
        var known = isClassifier ? new KnownClasses(column?.Categories.Count ?? classes!.max().item<long>() + 1, column, "those of the rows are, by --labels") : null;
        var unseenClasses = unseenFile is null ? null : Classes(unseenFile, unseenLabels, known);
        var rows = Rows(run, file.WithoutIfThere(labels.Column(run)), unseenFile?.WithoutIfThere(labels.Column(run)));
        if (ModelFormats.OfEnding(path) == ModelFormat.ScikitLearn && (name, rows.UnitNames, hiddenChoice.Name) is not ("rbm", "bernoulli", "bernoulli"))
            throw new UsageException($"{path}: expected a .pt or .safetensors file, as scikit-learn has bernoulli units alone, found .npz.");
        CheckMemory(run, rows, sizes, known, areMapped: name is "dbn" or "classifier");
        rows.Check(file, unseenFile, mayHaveGaps: name is "rbm" or "dbn", name);
        var training = new ModelTraining(run, settings, rows, sizes, device.Seed(run), device.Device(run));
        var trained = Trained(run, () => name switch
        {
            "rbm" => training.Rbm(hiddenChoice),
            "dbn" => training.Dbn(),
            "dbm" => training.Dbm(),
            _ => training.Classifier(classes.to(training.Device), known!.Count, unseenClasses?.to(training.Device)),
        });
        using var owned = trained.Model;
        SavedModel.Save(path, trained.Model, rows.Columns, column);
        run.Warn(trained.Warning);

        var json = new JsonObject
        {
            ["command"] = "fit",
            ["kind"] = name,
            ["model"] = path,
            ["rows"] = rows.Rows.shape[0],
            ["visible"] = rows.Rows.shape[1],
            ["units"] = rows.UnitNames,
            ["hidden"] = Outcome.List(sizes),
            ["seconds"] = clock.Elapsed.TotalSeconds,
            ["epochs"] = trained.Epochs,
        };
        if (trained.Pretraining is { } layers)
            json["pretraining"] = layers;
        if (column is not null)
            json["classes"] = new JsonArray([.. column.Categories.Select(text => JsonValue.Create(text))]);
        return Outcome.Of(
            json,
            FormattableString.Invariant($"{name} of {rows.Rows.shape[1]} visible units ({rows.UnitNames}) and {string.Join(", ", sizes)} hidden ones, {rows.Rows.shape[0]} rows, {clock.Elapsed.TotalSeconds:f1} s"),
            trained.Last,
            $"saved to {path}");
    }

    private void CheckValidation(CommandRun run, bool isClassifier)
    {
        var (areRows, areClasses) = (run.Parsed.GetValue(validation) is not null, run.Parsed.GetValue(validationLabels) is not null);
        if (areClasses && !isClassifier)
            throw new UsageException("--validation-labels is for a classifier.");
        if (areClasses && !areRows)
            throw new UsageException("--validation-labels are those of --validation, which is not given.");
        if (areRows && isClassifier && areClasses != labels.AreInFile(run))
            throw new UsageException(areClasses ? "--validation-labels goes with --labels; the --label-column is in the validation rows, too." : "--validation: expected the classes of its rows by --validation-labels, as --labels has those of the others, found none.");
    }

    // Weights, and what training keeps beside each; inputs and states of units, of the rows that are looked at together, and those of
    // classes, of a batch; and what layers that are trained one by one make of all rows for the next.
    private void CheckMemory(CommandRun run, TrainingRows rows, long[] sizes, KnownClasses? known, bool areMapped)
    {
        var count = rows.Rows.shape[0];
        var classes = (known?.Count ?? 0) * (((double)sizes[^1] * NumbersOfWeight) + (settings.RowsOfBatch(run, count) * 2));
        if (known is { Column: null })
            Memory.Expect(classes * sizeof(float), $"--labels: the largest class, {known.Count - 1}, makes {known.Count} classes, from 0 on");
        var weights = sizes.Prepend(rows.Rows.shape[1]).Zip(sizes).Sum(layer => (double)layer.First * layer.Second) * NumbersOfWeight;
        var states = (double)settings.RowsAtOnce(run, count) * sizes.Max() * 2;
        var mapped = areMapped ? (double)count * sizes.SkipLast(1).DefaultIfEmpty().Max() : 0;
        Memory.Expect((weights + classes + states + mapped) * sizeof(float), $"--hidden {string.Join(' ', sizes)}");
    }

    private static Tensor? Classes(DataFile rows, DataFile? own, KnownClasses? known)
    {
        if (own is not null)
            return LabelOptions.Read(own, rows, known).Labels;
        if (known?.Column is not { } column)
            return null;
        return rows.Table is { } table
            ? rows.Named(() => table.Labels(column.Name, column.Categories).Labels)
            : throw new UsageException($"--validation: expected a CSV file with the column '{column.Name}', which has the classes, found a file of tensors.");
    }

    private TrainingRows Rows(CommandRun run, DataFile file, DataFile? unseen)
    {
        var choice = run.Parsed.GetValue(units)!;
        if (choice == Table && file.Table is null)
            throw new UsageException($"--units table is for CSV files; {file.Path} is none.");
        var target = device.Device(run);
        if (file.Table is { } table && choice is Automatic or Table)
        {
            if (file.Scale is not null)
                throw new UsageException("--scale is for numbers in units of one kind, which --units names; the columns of a table are scaled each for itself.");
            var encoder = file.Named(() => TableEncoder.Fit(table));
            foreach (var warning in encoder.Warnings)
                run.Warn(warning);
            return new(encoder.Encode(table).to(target), encoder.CreateUnits(), "table", encoder, unseen?.Encode(encoder).to(target));
        }

        var numbers = file.Numbers();
        var kinds = choice == Automatic ? UnitChoice.For(numbers) : UnitChoice.Find(choice)!;
        var columns = file.Table is null ? null : NumberTable.Of(file.Table.Names, file.Scale ?? 1);
        return new(numbers.to(target), kinds.Create(numbers.shape[1]), kinds.Name, columns, (columns is null ? unseen?.Numbers() : unseen?.Encode(columns))?.to(target));
    }

    private Trained Trained(CommandRun run, Func<Trained> train)
    {
        try
        {
            return train();
        }
        catch (OperationCanceledException e) when (settings.Checkpoint(run) is { } checkpoint)
        {
            throw new CancelledException(settings.IsKept(run) ? $"{e.Message} '--resume' goes on from {checkpoint}." : e.Message, e);
        }
    }
}
