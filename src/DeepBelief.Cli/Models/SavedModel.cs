using System.Text.Json.Nodes;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Persistence;
using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>
/// A model in a file, with what lies beside it: the encoder of the table that it was trained on (<c>MODEL.encoder.json</c>), and the
/// column of its classes (<c>MODEL.labels.json</c>).
/// </summary>
internal sealed class SavedModel : IDisposable
{
    private const string EncoderEnding = ".encoder.json";
    private const string ClassesEnding = ".labels.json";
    private const string GapAdvice = "Only 'fill' takes rows with gaps, and makes them whole by an rbm.";

    private readonly CommandRun run;
    private readonly string path;

    private SavedModel(CommandRun run, string path, torch.nn.Module model, TableEncoder? encoder, CategoryColumn? classes, Device device)
        => (this.run, this.path, Model, Encoder, Classes, Device) = (run, path, model, encoder, classes, device);

    /// <summary>The model.</summary>
    public torch.nn.Module Model { get; }

    /// <summary>The encoder of its table; null for a model of numbers.</summary>
    public TableEncoder? Encoder { get; }

    /// <summary>The column of its classes, by text; null if classes are numbers, or there are none.</summary>
    public CategoryColumn? Classes { get; }

    private Device Device { get; }

    private IReadOnlyList<string> Names => [.. Encoder!.Columns.Select(column => column.Name)];

    /// <summary>What the model is called.</summary>
    public string Kind => ModelCodecs.All.First(codec => codec.TryDescribe(Model) is not null).Kind;

    /// <summary>What the names of the files beside a model end with.</summary>
    public static IReadOnlyList<string> Beside { get; } = [EncoderEnding, ClassesEnding];

    /// <summary>How many classes the model tells; null if it is for rows without classes.</summary>
    public long? ClassCount => Model switch
    {
        Classifier net => net.Classes,
        ClassificationRbm labelled => labelled.Classes,
        ClassificationDbn labelled => labelled.Classes,
        UntiedDbn { Labelled: { } labelled } => labelled.Classes,
        _ => null,
    };

    /// <summary>The classes that the model tells, of which there are some.</summary>
    public KnownClasses KnownClasses => new(ClassCount!.Value, Classes, $"the file with the names of the model's classes, {ClassesFile(path)}, is not there");

    /// <summary>How many numbers a row has.</summary>
    public long Width => Inputs.Width;

    /// <summary>How many units the model has, whose states its chains keep.</summary>
    public long Units => Model switch
    {
        Rbm rbm => rbm.VisibleSize + rbm.HiddenSize,
        Dbn dbn => dbn.VisibleSize + dbn.Layers.Sum(layer => layer.HiddenSize),
        Dbm dbm => dbm.VisibleSize + dbm.Hidden.Sum(layer => layer.Size),
        _ => Width,
    };

    /// <summary>True if decoded rows have no texts.</summary>
    public bool HasNumbersAlone => Encoder is null || NumberTable.Is(Encoder);

    // Null for a network, which keeps numbers of columns alone, and for machines that 'fit' does not make.
    private UnitLayer? Visible => Model switch
    {
        Rbm rbm => rbm.Visible,
        Dbn dbn => dbn.Layers[0].Visible,
        Dbm dbm => dbm.Visible,
        _ => null,
    };

    // How many numbers a row has, and which.
    private (long Width, UnitSupport? Support) Inputs => Model switch
    {
        Rbm rbm => (rbm.VisibleSize, rbm.VisibleSupport),
        Dbn dbn => (dbn.VisibleSize, dbn.VisibleSupport),
        Dbm dbm => (dbm.VisibleSize, dbm.Visible.Support),
        ClassificationRbm labelled => (labelled.VisibleSize, labelled.VisibleSupport),
        ClassificationDbn labelled => (labelled.VisibleSize, labelled.VisibleSupport),
        UntiedDbn network => (network.VisibleSize, network.VisibleSupport),
        Autoencoder autoencoder => (autoencoder.VisibleSize, autoencoder.VisibleSupport),
        FeedForwardNetwork network => (network.InputSize, null),
        _ => throw new NotSupportedException($"Expected a model that works on rows, found one of kind {Kind}."),
    };

    /// <summary>Where the encoder of a model's table is.</summary>
    public static string EncoderFile(string model) => $"{model}{EncoderEnding}";

    /// <summary>Where the classes of a model are.</summary>
    public static string ClassesFile(string model) => $"{model}{ClassesEnding}";

    /// <summary>Loads a model and what lies beside it.</summary>
    public static SavedModel Load(CommandRun run, string path, Device device)
    {
        var model = LoadModel(run, path, device);
        try
        {
            var encoder = File.Exists(EncoderFile(path)) ? TableEncoder.Load(EncoderFile(path)) : null;
            var classes = File.Exists(ClassesFile(path)) ? TableEncoder.Load(ClassesFile(path)).Columns[0] as CategoryColumn : null;
            return new(run, path, model, encoder, classes, device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Saves a model with what lies beside it, all or nothing. What another model left there is none of this one's.</summary>
    public static void Save(string path, torch.nn.Module model, TableEncoder? encoder, CategoryColumn? classes)
        => Save(path, ModelFormats.OfEnding(path), model, encoder, classes);

    /// <summary>Saves the model in another format, with what lies beside it.</summary>
    public void SaveAs(string path, ModelFormat format) => Save(path, format, Model, Encoder, Classes);

    /// <summary>Reads rows as the model takes them, on its device.</summary>
    /// <param name="data">The file.</param>
    /// <param name="mayHaveGaps">True if values may be missing, which are NaN.</param>
    public Tensor Rows(DataFile data, bool mayHaveGaps = false)
    {
        if (Encoder is not null && data.Scale is not null)
            throw new UsageException("--scale is for models without columns; this one keeps how each column of its table is scaled.");
        if (Encoder is not null || data.Table is null)
            return Checked(data, Encoder is null ? data.Numbers() : data.Encode(Encoder), mayHaveGaps);
        var file = data.WithoutIfThere(Classes?.Name);
        var areNumbers = false;
        try
        {
            var numbers = file.Numbers();
            areNumbers = true;
            var rows = Checked(file, numbers, mayHaveGaps);
            WarnOfNumbers(file);
            return rows;
        }
        catch (DataFormatException e)
        {
            // Of a network nobody knows what units it is of; texts are of a table.
            if (Visible is CompositeUnits || (Visible is null && !areNumbers))
                throw WithoutEncoder(file, e);
            WarnOfNumbers(file);
            throw;
        }
    }

    /// <summary>The table that rows stand for; null if the model keeps no columns.</summary>
    public CsvTable? Decode(Tensor rows)
        => Encoder is null ? null : NumberTable.Is(Encoder) ? CsvTable.FromTensor(NumberTable.Decode(Encoder, rows), Names) : Encoder.DecodeTable(rows);

    /// <summary>Writes rows as the table that they stand for, or as numbers.</summary>
    public Outcome WriteDecoded(CommandRun run, ResultRows result, Tensor rows, JsonObject json)
    {
        if (!HasNumbersAlone)
            return result.Write(run, Encoder!.DecodeTable(rows), json);
        return Encoder is null
            ? result.Write(run, rows, ModelCommand.Names("column", rows.shape[1]), json)
            : result.Write(run, NumberTable.Decode(Encoder, rows), Names, json);
    }

    /// <summary>The text of a class.</summary>
    public string ClassName(long number) => Classes?.Categories[(int)number] ?? FormattableString.Invariant($"{number}");

    /// <summary>The exception for a command that this kind of model is not for.</summary>
    public ArgumentException Unfit(string command, string kinds) => new($"Expected {kinds} for '{command}', found a model of kind {Kind}.");

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private Tensor Checked(DataFile file, Tensor rows, bool mayHaveGaps)
    {
        var (width, support) = Inputs;
        new RowCheck(file, Encoder, CanScale: Encoder is null).Of(rows, width, support, mayHaveGaps ? null : GapAdvice);
        return rows.to(Device);
    }

    private void WarnOfNumbers(DataFile file)
        => run.Warn($"{EncoderFile(path)} is not there, where a model of a table has its columns: {file.Path} is taken as rows of plain numbers.");

    private DataFormatException WithoutEncoder(DataFile file, DataFormatException e) => new(
        $"{EncoderFile(path)}: expected the columns of the table that {path} was trained on, found no such file. 'fit' writes it beside the file of its --out: copy it from there, or train the model again. As plain numbers, {file.Path} can't be read: {e.Message}", e);

    private static torch.nn.Module LoadModel(CommandRun run, string path, Device device)
    {
        try
        {
            return run.Open(path, stream => AnyModelFile.Load(stream, device));
        }
        catch (DataFormatException) when (StateDictMachine.Of(run, path) is { } machine)
        {
            run.Warn($"{path} is a plain state dict, which doesn't say what units it is of; it is read as one of kind {machine.Codec.Kind}, with bernoulli units.");
            return machine.Load(device);
        }
    }

    private static void Save(string path, ModelFormat format, torch.nn.Module model, TableEncoder? encoder, CategoryColumn? classes) => FileSet.Write(
        (path, stream => AnyModelFile.Save(stream, format, model)),
        (EncoderFile(path), Writing(encoder)),
        // No text marks a gap: classes may have any.
        (ClassesFile(path), Writing(classes is null ? null : new TableEncoder([classes], []))));

    private static Action<Stream>? Writing(TableEncoder? encoder) => encoder is null ? null : stream => TableEncoderFile.Write(stream, encoder);
}
