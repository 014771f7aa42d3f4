using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Small deep Boltzmann machines with parameters far from their initial ones.</summary>
internal static class DeepMachines
{
    /// <summary>The names of machines whose states can be listed: sizes from the visible layer on, with kinds that are no bits.</summary>
    public static TheoryData<string> Names => ["4-3-2", "4-3-2-3", "4", "4-3 spin-2", "3 softmax-2-2 binomial", "3 binomial-3 softmax-2-2"];

    /// <summary>A machine in float64, such as "4-3 spin-2".</summary>
    public static Dbm Create(string name, long seed = 1, double weights = 0.7)
    {
        UnitLayer[] layers = [.. name.Split('-').Select((layer, i) => Layer(layer, seed + (100 * i)))];
        // A lone size is that of an RBM's visible units.
        if (layers.Length == 1)
            layers = [layers[0], Make.Units("bernoulli", 3, seed + 100)];
        return (Dbm)new Dbm(layers[0], layers[1..], WeightInitialization.Normal(weights), seed).to(ScalarType.Float64);
    }

    private static UnitLayer Layer(string text, long seed)
    {
        var words = text.Split(' ');
        return Make.Units(words.Length == 1 ? "bernoulli" : words[1], long.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), seed);
    }
}
