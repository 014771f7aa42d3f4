using DeepBelief.Files;

namespace DeepBelief.Tensors;

internal static class Placement
{
    /// <summary>Moves a new module and returns it.</summary>
    public static TModule Moved<TModule>(TModule module, Device? device, ScalarType dtype)
        where TModule : torch.nn.Module
    {
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"Expected element type {ScalarType.Float32} or {ScalarType.Float64}, found {dtype}.", nameof(dtype));
        var target = device ?? torch.CPU;
        Devices.CheckAvailable(target, nameof(device));
        using var mode = Parameters.OutsideInference();
        _ = module.to(target, dtype);
        return module;
    }
}
