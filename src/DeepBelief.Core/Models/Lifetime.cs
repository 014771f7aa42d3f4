using DeepBelief.Tensors;

namespace DeepBelief;

internal static class Lifetime
{
    /// <summary>Throws if a model of the library, or a part of it, is disposed: torch's modules just have no parameters then.</summary>
    public static void Check(object model)
    {
        if (IsDisposed(model))
            throw Guard.Disposed();
    }

    private static bool IsDisposed(object model) => model switch
    {
        Rbm rbm => rbm.Weight.IsInvalid || rbm.Visible.IsDisposed || rbm.Hidden.IsDisposed,
        Dbm dbm => dbm.Weights.Any(weight => weight.IsInvalid) || dbm.Visible.IsDisposed || dbm.Hidden.Any(units => units.IsDisposed),
        Dbn dbn => dbn.Layers.Any(IsDisposed),
        ClassificationRbm classifier => IsDisposed(classifier.Joint),
        ClassificationDbn network => IsDisposed(network.Top) || network.Layers.Any(IsDisposed),
        UntiedDbn network => IsDisposed(network.TopMachine) || network.Layers.Any(IsDisposed),
        UntiedLayer layer => layer.Recognition.IsInvalid || layer.Generative.IsInvalid || layer.Visible.IsDisposed || layer.Hidden.IsDisposed,
        FeedForwardNetwork network => network.IsDisposed,
        Autoencoder autoencoder => autoencoder.IsDisposed,
        NeuralEnergyModel energy => energy.IsDisposed,
        _ => false,
    };
}
