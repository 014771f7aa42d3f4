using System.Runtime.CompilerServices;

namespace DeepBelief.Files;

internal static class Devices
{
    /// <summary>Throws if this machine lacks the device: a request for CUDA never silently runs on the CPU.</summary>
    public static void CheckAvailable(Device device, [CallerArgumentExpression(nameof(device))] string? name = null)
    {
        if (device.type == DeviceType.CUDA && !torch.cuda.is_available())
            throw new ArgumentException($"Expected an available device, found {device}, but torch.cuda.is_available() is false.", name);
        if (device.type == DeviceType.CUDA && device.index >= torch.cuda.device_count())
            throw new ArgumentException($"Expected an available device, found {device}, but torch.cuda.device_count() is {torch.cuda.device_count()}.", name);
    }
}
