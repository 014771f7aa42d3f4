using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief.Persistence;

/// <summary>Saves and loads models by combining a codec, for one kind of model, with a format, for all kinds.</summary>
internal static class ModelFile
{
    // Maximum ratio of tensor bytes to file bytes; more than 1, as tensors can share a storage.
    private const int MostCopies = 4;
    private const long FewBytes = 1 << 16;

    // Each takes its own files and no others, so their order is of no account.
    public static IEnumerable<IModelReader> Readers => [new SequentialReader(), .. ModelFormat.All];

    public static void Save<TModel>(string path, ModelFormat? format, ModelCodec<TModel> codec, TModel model)
        where TModel : torch.nn.Module
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Save(stream, format, codec, model));
    }

    public static void Save<TModel>(Stream stream, ModelFormat? format, ModelCodec<TModel> codec, TModel model)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var scope = torch.NewDisposeScope();
        (format ?? ModelFormat.DeepBelief).Save(stream, Content(codec, model));
    }

    /// <summary>Loads a model; the content of the file determines the format.</summary>
    public static TModel Load<TModel>(string path, ModelCodec<TModel> codec, Device? device)
        where TModel : torch.nn.Module
    {
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        return FileFormat.Open(path, stream => Load(stream, codec, device));
    }

    /// <summary>Loads a model from a seekable stream, read as a whole.</summary>
    public static TModel Load<TModel>(Stream stream, ModelCodec<TModel> codec, Device? device)
        where TModel : torch.nn.Module
    {
        FileFormat.CheckReadable(stream);
        Devices.CheckAvailable(device ?? torch.CPU, nameof(device));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var file = new OpenFile(stream);
        var content = Readers.Select(reader => reader.Read(file, codec.Kind)).OfType<ModelContent>().FirstOrDefault() ?? throw file.Refusal(codec.Kind);
        // Before conversion allocates memory.
        CheckBytes(content.State, stream.Length);
        return Build(codec, content, device);
    }

    /// <summary>Returns an independent model of the same kind and values on the same device.</summary>
    public static TModel Clone<TModel>(ModelCodec<TModel> codec, TModel model)
        where TModel : torch.nn.Module
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var content = Content(codec, model);
        var clone = Build(codec, content, content.State.Values.First().device);
        var trained = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.requires_grad);
        foreach (var (name, parameter) in clone.named_parameters())
            parameter.requires_grad = trained[name];
        clone.train(model.training);
        return clone;
    }

    /// <summary>Returns a model of another kind, made of the tensors of one, on the same device.</summary>
    public static TModel Convert<TModel>(ModelCodec<TModel> codec, torch.nn.Module from, Func<IReadOnlyDictionary<string, Tensor>, ModelContent> content)
        where TModel : torch.nn.Module
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var state = StateDict.Of(from);
        return Build(codec, content(state), state.Values.First().device);
    }

    private static ModelContent Content<TModel>(ModelCodec<TModel> codec, TModel model)
        where TModel : torch.nn.Module
    {
        // A state dict leaves out what is disposed.
        Lifetime.Check(model);
        return ModelContent.Of(codec.Kind, codec.Describe(model), StateDict.Of(model));
    }

    public static TModel Build<TModel>(ModelCodec<TModel> codec, ModelContent content, Device? device)
        where TModel : torch.nn.Module
    {
        // Parameters that a caller's inference mode makes can't be trained; ending it turns gradients on.
        using var mode = Parameters.OutsideInference();
        using var noGrad = torch.no_grad();
        var state = content.StateForModel();
        var model = codec.Build(content.Config, state);
        try
        {
            StateDict.Assign(model, state);
            _ = Placement.Moved(model, device, state.Values.First(values => values.is_floating_point()).dtype);
            // Units of a user's type may create parameters in the current dispose scope.
            foreach (var tensor in model.state_dict().Values)
                _ = tensor.DetachFromDisposeScope();
        }
        catch
        {
            model.Dispose();
            throw;
        }

        return model;
    }

    // A malicious file can expand few bytes to huge views, which the model would have to hold in full.
    public static void CheckBytes(IReadOnlyDictionary<string, Tensor> state, long fileLength)
    {
        var most = FewBytes + (MostCopies * fileLength);
        Int128 bytes = 0;
        foreach (var tensor in state.Values)
            bytes += (Int128)tensor.numel() * tensor.dtype.ElementSize();
        if (bytes > most)
            throw new DataFormatException($"state_dict: expected tensors of at most {most} bytes in a file of {fileLength}, found views that expand to {bytes}.");
    }
}
