namespace DeepBelief;

/// <summary>The gradient of a model that gives no closed form of its own.</summary>
internal static class AutogradGradient
{
    public static void Accumulate(IEnergyModel energyModel, Tensor data, Tensor model)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        (energyModel.FreeEnergy(data).mean() - energyModel.FreeEnergy(model).mean()).backward();
    }
}
