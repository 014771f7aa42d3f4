namespace DeepBelief;

/// <summary>The default gradient, by automatic differentiation of the free energy.</summary>
internal static class AutogradGradient
{
    public static void Accumulate(IEnergyModel energyModel, Tensor data, Tensor model)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        // Without the graphs that rows may come from, which are not the model's to differentiate.
        (energyModel.FreeEnergy(data.detach()).mean() - energyModel.FreeEnergy(model.detach()).mean()).backward();
    }

    /// <summary>The same with weights of the rows, <c>[rows]</c> each, or a number for all.</summary>
    public static void Accumulate(IEnergyModel energyModel, Tensor data, Tensor model, Tensor dataWeights, Tensor modelWeights)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var ofData = (energyModel.FreeEnergy(data.detach()) * dataWeights).mean();
        (ofData - (energyModel.FreeEnergy(model.detach()) * modelWeights).mean()).backward();
    }
}
