using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>Turns one kind of model into what files say of it, and back.</summary>
/// <typeparam name="TModel">The type of the model.</typeparam>
/// <param name="kind">The name of the kind in files.</param>
internal abstract class ModelCodec<TModel>(string kind)
    where TModel : torch.nn.Module
{
    /// <summary>The name of the kind in files.</summary>
    public string Kind => kind;

    /// <summary>What is needed, beside its state dict, to rebuild a model.</summary>
    public abstract OrderedDictionary<string, object?> Describe(TModel model);

    /// <summary>A model of the right shape, whose values are still to be filled in.</summary>
    /// <param name="config">What <see cref="Describe"/> gave.</param>
    /// <param name="state">The tensors that will be filled in; a config that asks for more memory than these is refused.</param>
    public abstract TModel Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state);
}
