using DeepBelief.Data;
using DeepBelief.Internal;

namespace DeepBelief;

/// <summary>The batches of a source, sent up to a layer whenever they are read.</summary>
/// <param name="source">The batches of the lowest layer.</param>
/// <param name="layer">The layer, from 0.</param>
/// <param name="seed">Seed of what is sampled on the way.</param>
/// <param name="inputs">Sends a batch up.</param>
internal sealed class LayerSource(IBatchSource source, int layer, long seed, Func<Tensor, Generator?, Tensor> inputs) : IBatchSource
{
    public int Batches => source.Batches;

    public Tensor Read(int epoch, int batch)
    {
        var rows = source.Read(epoch, batch);
        if (layer == 0)
            return rows;
        // From the three numbers alone, so that a batch is the same whenever it is read.
        var ofEpoch = Randomness.Derive(Randomness.Derive(seed, Randomness.LayerInputs + layer), epoch);
        Randomness.SeedDefault(rows.device, ofEpoch, batch);
        using var generator = Randomness.Generator(ofEpoch, rows.device, batch);
        return inputs(rows, generator);
    }
}
