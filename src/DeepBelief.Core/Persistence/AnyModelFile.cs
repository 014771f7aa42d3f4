using System.Runtime.ExceptionServices;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Loads and saves models whose kind is not known beforehand.</summary>
internal static class AnyModelFile
{
    /// <summary>Loads a model of whatever kind a file holds, which the caller disposes.</summary>
    /// <param name="stream">The file's content, which can seek.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <exception cref="DataFormatException">The file is damaged or holds no model.</exception>
    public static torch.nn.Module Load(Stream stream, Device? device)
    {
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var file = new OpenFile(stream);
        var (codec, content) = Find(file) ?? throw file.Refusal("model");
        ModelFile.CheckBytes(content.State, stream.Length);
        return codec.Load(content, device);
    }

    /// <summary>Writes a model of any kind that files can hold.</summary>
    /// <exception cref="ArgumentException">Files cannot hold the model, or this format can't.</exception>
    public static void Save(Stream stream, ModelFormat format, torch.nn.Module model)
    {
        var codec = ModelCodecs.All.FirstOrDefault(codec => codec.TryDescribe(model) is not null)
            ?? throw new ArgumentException($"Expected a model that files can hold, found {model.GetType()}.", nameof(model));
        using var scope = torch.NewDisposeScope();
        format.Save(stream, ModelContent.Of(codec.Kind, codec.TryDescribe(model)!, StateDict.Of(model)));
    }

    /// <summary>Finds the kind of model that a file holds, and its content; null if no kind's reader knows the file.</summary>
    /// <exception cref="DataFormatException">The file is one of a model, but damaged.</exception>
    public static (ModelCodec Codec, ModelContent Content)? Find(OpenFile file)
    {
        // A reader throws if a file is of its format and of another kind.
        ExceptionDispatchInfo? first = null;
        foreach (var codec in ModelCodecs.All)
        {
            try
            {
                if (ModelFile.Readers.Select(reader => reader.Read(file, codec.Kind)).OfType<ModelContent>().FirstOrDefault() is { } content)
                    return (codec, content);
            }
            catch (DataFormatException e)
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        first?.Throw();
        return null;
    }
}
