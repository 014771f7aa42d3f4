using DeepBelief.Files;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>Describes a <see cref="FeedForwardNetwork"/> with linear outputs in files.</summary>
/// <param name="kind">The name of this kind of network in files.</param>
/// <param name="create">Creates a network of modules, which it then owns.</param>
internal sealed class NetworkCodec<TNetwork>(string kind, Func<IEnumerable<torch.nn.Module<Tensor, Tensor>>, TNetwork> create) : ModelCodec<TNetwork>(kind)
    where TNetwork : FeedForwardNetwork
{
    public override OrderedDictionary<string, object?> Describe(TNetwork model) => new() { ["modules"] = ModuleSequences.Describe(model) };

    public override TNetwork Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
        => ModelParts.Join("config/modules", ModuleSequences.Build(config, "modules", string.Empty, state), modules => modules[^1] is Linear
            ? create(modules)
            : throw new DataFormatException($"config/modules: expected a linear module at the end, found {modules[^1].GetType().Name}."));
}
