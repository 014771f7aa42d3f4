using System.Runtime.InteropServices;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>How much memory of a GPU is in use: TorchSharp can't say, but the driver can.</summary>
internal static class DeviceMemory
{
    private const double Mebibyte = 1 << 20;

    private static readonly MemoryInfo? Driver = Load();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MemoryInfo(out nuint free, out nuint total);

    /// <summary>Mebibytes in use, of all processes; null where the driver does not say.</summary>
    public static double? Used(Device device)
    {
        if (device.type != DeviceType.CUDA || Driver is not { } ask)
            return null;
        torch.cuda.synchronize(device);
        return ask(out var free, out var total) == 0 ? (total - free) / Mebibyte : null;
    }

    private static MemoryInfo? Load()
        => NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)
            && NativeLibrary.TryGetExport(driver, "cuMemGetInfo_v2", out var function)
                ? Marshal.GetDelegateForFunctionPointer<MemoryInfo>(function)
                : null;
}
