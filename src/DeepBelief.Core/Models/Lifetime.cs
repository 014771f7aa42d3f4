using DeepBelief.Tensors;

namespace DeepBelief;

internal static class Lifetime
{
    /// <summary>Throws if a model of the library is disposed: torch's modules just have no parameters then.</summary>
    public static void Check(object model)
    {
        var isDisposed = model switch
        {
            Rbm rbm => rbm.Weight.IsInvalid,
            Dbm dbm => dbm.Weights[0].IsInvalid,
            Dbn dbn => dbn.Layers[0].Weight.IsInvalid,
            ClassificationRbm classifier => classifier.Joint.Weight.IsInvalid,
            ClassificationDbn network => network.TopMachine.Weight.IsInvalid,
            UntiedDbn network => network.TopMachine.Weight.IsInvalid,
            FeedForwardNetwork network => network.IsDisposed,
            Autoencoder autoencoder => autoencoder.IsDisposed,
            NeuralEnergyModel energy => energy.IsDisposed,
            _ => false,
        };
        if (isDisposed)
            throw Guard.Disposed();
    }
}
