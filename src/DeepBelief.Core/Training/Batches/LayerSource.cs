using DeepBelief.Data;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The batches of a source, sent up to a layer whenever they are read.</summary>
/// <param name="source">The batches of the lowest layer.</param>
/// <param name="dbn">The network.</param>
/// <param name="layer">The layer, from 0.</param>
/// <param name="options">What layers pass on, and the seed of what is sampled on the way.</param>
internal sealed class LayerSource(IBatchSource source, Dbn dbn, int layer, DbnTrainingOptions options) : IBatchSource
{
    public int Batches => source.Batches;

    public Tensor Read(int epoch, int batch)
    {
        var rows = source.Read(epoch, batch);
        if (layer == 0)
            return rows;
        // From the three numbers alone, so that a batch is the same whenever it is read.
        var ofEpoch = Randomness.Derive(Randomness.Derive(options.Seed, Randomness.LayerInputs + layer), epoch);
        Randomness.SeedDefault(rows.device, ofEpoch, batch);
        using var generator = Randomness.Generator(ofEpoch, rows.device, batch);
        return dbn.SendUp(layer, rows, options.Inputs, generator);
    }
}
