using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Describes one kind of model in files.</summary>
/// <param name="kind">The name of this kind of model in files.</param>
internal abstract class ModelCodec(string kind)
{
    public string Kind => kind;

    /// <summary>The method that loads the kind, for messages.</summary>
    public abstract string Loader { get; }

    /// <summary>Returns the config that, with the state dict, rebuilds a model; null if the model is of another kind.</summary>
    public abstract OrderedDictionary<string, object?>? TryDescribe(object model);

    /// <summary>Builds a model of the kind with the content of a file, which the caller disposes.</summary>
    public abstract torch.nn.Module Load(ModelContent content, Device? device);
}

/// <summary>Describes one kind of model in files, and rebuilds models from the description.</summary>
/// <param name="kind">The name of this kind of model in files.</param>
internal abstract class ModelCodec<TModel>(string kind) : ModelCodec(kind)
    where TModel : torch.nn.Module
{
    public sealed override string Loader => $"{typeof(TModel).Name}.Load";

    public sealed override OrderedDictionary<string, object?>? TryDescribe(object model) => model is TModel own ? Describe(own) : null;

    public sealed override torch.nn.Module Load(ModelContent content, Device? device) => ModelFile.Build(this, content, device);

    /// <summary>Returns the config that, with the state dict, rebuilds a model.</summary>
    public abstract OrderedDictionary<string, object?> Describe(TModel model);

    /// <summary>Builds a model of the right shape; the caller then copies the tensors into it.</summary>
    /// <param name="config">The result of <see cref="Describe"/>.</param>
    /// <param name="state">The tensors; <c>Build</c> throws if the config asks for more memory than these.</param>
    public abstract TModel Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state);
}
