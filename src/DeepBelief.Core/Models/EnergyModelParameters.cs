namespace DeepBelief;

/// <summary>What the library asks any model's parameters for.</summary>
internal static class EnergyModelParameters
{
    /// <summary>The parameter that stands for the model's device and element type.</summary>
    public static Parameter Representative(this IEnergyModel model)
        => model.parameters().FirstOrDefault()
           ?? throw new ArgumentException("The model has no parameters.", nameof(model));
}
