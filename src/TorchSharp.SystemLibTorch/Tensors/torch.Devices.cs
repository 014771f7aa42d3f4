using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The CPU.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>The device of tensors that have a shape and no elements.</summary>
    public static readonly Device META = new(DeviceType.META);

    private static Device? cudaDevice;
    private static Device defaultDevice = CPU;

    /// <summary>The current CUDA device; throws where there is none.</summary>
    public static Device CUDA => cudaDevice ??= InitializeDevice(new Device(DeviceType.CUDA));

    /// <summary>A device by its description; throws where there is no such device.</summary>
    public static Device device(string description) => InitializeDevice(new Device(description));

    /// <summary>A device by the name of its kind and its number; throws where there is no such device.</summary>
    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    /// <summary>A device by its kind and its number; throws where there is no such device.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    /// <summary>A CUDA device by its number.</summary>
    public static Device device(int index) => new(DeviceType.CUDA, index);

    /// <summary>The device for tensors that are made without one.</summary>
    public static Device get_default_device() => defaultDevice;

    /// <summary>Sets the device for tensors that are made without one.</summary>
    public static void set_default_device(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        defaultDevice = device;
    }

    /// <summary>Whether a kind of device is there.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType switch
    {
        DeviceType.CUDA => Native.slt_cuda_available() != 0,
        DeviceType.MPS => false,
        _ => true,
    };

    /// <summary>Throws where a kind of device isn't there.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (deviceType != DeviceType.CPU && !TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    /// <summary>The device, or the default one for null; throws where there is no such device.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= defaultDevice;
        InitializeDeviceType(device.type);
        return device;
    }

    /// <summary>Whether a CUDA device is there.</summary>
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>CUDA devices.</summary>
    public static partial class cuda
    {
        /// <summary>Whether a CUDA device is there.</summary>
        public static bool is_available() => Native.slt_cuda_available() != 0;

        /// <summary>Whether cuDNN is there.</summary>
        public static bool is_cudnn_available() => Native.slt_cudnn_available() != 0;

        /// <summary>How many CUDA devices are there.</summary>
        public static int device_count() => Native.slt_cuda_device_count();

        /// <summary>Seeds the current CUDA device's random numbers.</summary>
        public static void manual_seed(long seed) => Native.Check(Native.slt_cuda_manual_seed((ulong)seed, 0));

        /// <summary>Seeds the random numbers of all CUDA devices.</summary>
        public static void manual_seed_all(long seed) => Native.Check(Native.slt_cuda_manual_seed((ulong)seed, 1));

        /// <summary>Waits until a CUDA device has done all work given to it.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.slt_cuda_synchronize(device?.index ?? -1));
    }
}
