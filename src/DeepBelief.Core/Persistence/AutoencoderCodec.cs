using DeepBelief.Files;
using TorchSharp.Modules;

namespace DeepBelief.Persistence;

/// <summary>Describes an <see cref="Autoencoder"/> in files: the modules of its halves.</summary>
internal sealed class AutoencoderCodec() : ModelCodec<Autoencoder>("autoencoder")
{
    private const string Encoder = "encoder";
    private const string Decoder = "decoder";

    public static AutoencoderCodec Instance { get; } = new();

    public override OrderedDictionary<string, object?> Describe(Autoencoder model) => new()
    {
        [Encoder] = ModuleSequences.Describe(model.Encoder),
        [Decoder] = ModuleSequences.Describe(model.Decoder),
    };

    public override Autoencoder Build(ConfigSection config, IReadOnlyDictionary<string, Tensor> state)
    {
        string[] halves = [Encoder, Decoder];
        return ModelParts.Join("config", halves.SelectMany(half => ModuleSequences.Build(config, half, $"{half}.", state)), modules =>
        {
            var count = config.GetSections(Encoder).Count;
            var (encoder, decoder) = (modules[..count], modules[count..]);
            var (up, down) = (Sizes(encoder), Sizes(decoder));
            if (up != (down.Outputs, down.Inputs))
                throw new DataFormatException($"state_dict: expected a decoder from {up.Outputs} to {up.Inputs} units, as the encoder leads from {up.Inputs} to {up.Outputs}; found one from {down.Inputs} to {down.Outputs}.");
            return new Autoencoder(encoder, decoder);
        });
    }

    private static (long Inputs, long Outputs) Sizes(List<torch.nn.Module<Tensor, Tensor>> modules)
    {
        var linears = modules.OfType<Linear>().ToList();
        return (linears[0].weight.shape[1], linears[^1].weight.shape[0]);
    }
}
