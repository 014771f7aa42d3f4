namespace DeepBelief;

/// <summary>The default gradient, by automatic differentiation of the free energy.</summary>
internal static class AutogradGradient
{
    public static void Accumulate(IEnergyModel energyModel, Tensor data, Tensor model)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        (energyModel.FreeEnergy(data).mean() - energyModel.FreeEnergy(model).mean()).backward();
    }
}
