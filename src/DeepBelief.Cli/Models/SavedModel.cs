using DeepBelief.Cli.Data;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Persistence;

namespace DeepBelief.Cli.Models;

/// <summary>
/// A model in a file, with what lies beside it: the encoder of the table that it was trained on (<c>MODEL.encoder.json</c>), and the
/// column of its classes (<c>MODEL.labels.json</c>).
/// </summary>
internal sealed class SavedModel : IDisposable
{
    private SavedModel(torch.nn.Module model, TableEncoder? encoder, CategoryColumn? classes, Device device)
        => (Model, Encoder, Classes, Device) = (model, encoder, classes, device);

    /// <summary>The model.</summary>
    public torch.nn.Module Model { get; }

    /// <summary>The encoder of its table; null for a model of numbers.</summary>
    public TableEncoder? Encoder { get; }

    /// <summary>The column of its classes, by text; null if classes are numbers, or there are none.</summary>
    public CategoryColumn? Classes { get; }

    private Device Device { get; }

    /// <summary>What the model is called.</summary>
    public string Kind => ModelCodecs.All.First(codec => codec.TryDescribe(Model) is not null).Kind;

    /// <summary>Where the encoder of a model's table is.</summary>
    public static string EncoderFile(string model) => $"{model}.encoder.json";

    /// <summary>Where the classes of a model are.</summary>
    public static string ClassesFile(string model) => $"{model}.labels.json";

    /// <summary>Loads a model and what lies beside it.</summary>
    public static SavedModel Load(string path, Device device)
    {
        var model = AnyModelFile.Load(path, device);
        try
        {
            var encoder = File.Exists(EncoderFile(path)) ? TableEncoder.Load(EncoderFile(path)) : null;
            var classes = File.Exists(ClassesFile(path)) ? TableEncoder.Load(ClassesFile(path)).Columns[0] as CategoryColumn : null;
            return new(model, encoder, classes, device);
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
    public Tensor Rows(DataFile data)
        => (Encoder is null ? data.WithoutIfThere(Classes?.Name).Numbers() : data.Encode(Encoder)).to(Device);

    /// <summary>The text of a class.</summary>
    public string ClassName(long number) => Classes?.Categories[(int)number] ?? FormattableString.Invariant($"{number}");

    /// <summary>The exception for a command that this kind of model is not for.</summary>
    public ArgumentException Unfit(string command, string kinds) => new($"Expected {kinds} for '{command}', found a {Kind}.");

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static void Save(string path, ModelFormat format, torch.nn.Module model, TableEncoder? encoder, CategoryColumn? classes) => FileSet.Write(
        (path, stream => AnyModelFile.Save(stream, format, model)),
        (EncoderFile(path), Writing(encoder)),
        // No text marks a gap: classes may have any.
        (ClassesFile(path), Writing(classes is null ? null : new TableEncoder([classes], []))));

    private static Action<Stream>? Writing(TableEncoder? encoder) => encoder is null ? null : stream => TableEncoderFile.Write(stream, encoder);
}
