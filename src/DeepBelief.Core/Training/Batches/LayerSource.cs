using DeepBelief.Data;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The batches of a source, propagated to a layer (numbered from 0) on every read.</summary>
internal sealed class LayerSource(IBatchSource source, Dbn dbn, int layer, DbnTrainingOptions options) : IBatchSource
{
    public int Batches => source.Batches;

    public Tensor Read(int epoch, int batch)
    {
        var rows = source.Read(epoch, batch);
        if (layer == 0)
            return rows;
        // Seeded by layer, epoch and batch alone, so that every read of a batch returns the same rows.
        var ofEpoch = Randomness.Derive(Randomness.Derive(options.Seed, Randomness.LayerInputs + layer), epoch);
        Randomness.SeedDefault(rows.device, ofEpoch, batch);
        using var generator = Randomness.Generator(ofEpoch, rows.device, batch);
        return dbn.SendUp(layer, rows, options.Inputs, generator);
    }
}
