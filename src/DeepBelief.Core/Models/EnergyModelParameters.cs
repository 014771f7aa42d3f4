namespace DeepBelief;

internal static class EnergyModelParameters
{
    /// <summary>The first parameter, whose device and element type are the model's.</summary>
    public static Parameter Representative(this IEnergyModel model)
        => model.parameters().FirstOrDefault()
           ?? throw new ArgumentException("Expected a model with parameters, found none.", nameof(model));
}
