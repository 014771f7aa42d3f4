using System.Runtime.InteropServices;
using System.Text;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>What TorchSharp can't say of a GPU, but its driver can.</summary>
internal static class CudaDriver
{
    private const double Mebibyte = 1 << 20;

    private static readonly nint Library = NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var library) ? library : 0;

    private static readonly MemoryInfo? AskMemory = Find<MemoryInfo>("cuMemGetInfo_v2");
    private static readonly DeviceName? AskName = Find<DeviceName>("cuDeviceGetName");

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MemoryInfo(out nuint free, out nuint total);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int DeviceName([Out] byte[] name, int length, int device);

    /// <summary>The device with the name of its model, as far as that is known.</summary>
    public static string Describe(Device device)
    {
        var name = new byte[100];
        return device.type == DeviceType.CUDA && AskName is { } ask && ask(name, name.Length, device.index) == 0
            ? $"{device} ({Encoding.ASCII.GetString(name).TrimEnd('\0')})"
            : device.ToString();
    }

    /// <summary>Mebibytes in use on the first GPU, which torch has made this thread's, of all processes; null where the driver does not say.</summary>
    public static double? UsedMemory(Device device)
    {
        if (device.type != DeviceType.CUDA || AskMemory is not { } ask)
            return null;
        torch.cuda.synchronize(device);
        return ask(out var free, out var total) == 0 ? (total - free) / Mebibyte : null;
    }

    private static T? Find<T>(string name)
        where T : Delegate
        => Library != 0 && NativeLibrary.TryGetExport(Library, name, out var function) ? Marshal.GetDelegateForFunctionPointer<T>(function) : null;
}
