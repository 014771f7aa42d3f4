using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A copy with the same gradient history.</summary>
        public Tensor clone() => Ops.Clone.Call(this);

        /// <summary>Copies the elements of another tensor, converted and broadcast, into this one.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Do(Ops.CopyInPlace, this, source, nonBlocking);

        /// <summary>This tensor if it is contiguous, otherwise a contiguous copy.</summary>
        public Tensor contiguous() => Ops.Contiguous.Call(this);

        /// <summary>Makes this tensor a view of another's storage.</summary>
        public Tensor set_(Tensor source) => Do(Ops.SetInPlaceSourceTensor, this, source);

        /// <summary>The tensor on the CPU.</summary>
        public Tensor cpu() => Convert(null, torch.CPU, false, false);

        /// <summary>The tensor on a CUDA device, by default the current one.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false)
        {
            if (device is not null && device.type != DeviceType.CUDA) throw new ArgumentException("Not a CUDA device.", nameof(device));
            InitializeDeviceType(DeviceType.CUDA);
            return Convert(null, device ?? torch.CUDA, false, non_blocking);
        }

        /// <summary>The tensor with another element type.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Convert(type, null, copy, non_blocking), disposeAfter);

        /// <summary>The tensor with the element type of another one.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>The tensor with another element type.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>The tensor as converted by a function.</summary>
        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        /// <summary>The tensor on another device.</summary>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDeviceType(deviceType);
            return Converted(Convert(null, new Device(deviceType, deviceIndex), copy, non_blocking), disposeAfter);
        }

        /// <summary>The tensor with another element type on another device.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Convert(type, InitializeDevice(device), copy, non_blocking), disposeAfter);

        /// <summary>The tensor with another element type.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        /// <summary>The tensor on another device.</summary>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>The tensor on another device.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(device.type, device.index, copy, disposeAfter, non_blocking);

        /// <summary>The tensor with the element type and on the device of another one.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking);

        /// <summary>The tensor as Boolean.</summary>
        public Tensor @bool() => to_type(ScalarType.Bool);

        /// <summary>The tensor as 8-bit unsigned integers.</summary>
        public Tensor @byte() => to_type(ScalarType.Byte);

        /// <summary>The tensor as 8-bit integers.</summary>
        public Tensor @char() => to_type(ScalarType.Int8);

        /// <summary>The tensor as 16-bit integers.</summary>
        public Tensor @short() => to_type(ScalarType.Int16);

        /// <summary>The tensor as 32-bit integers.</summary>
        public Tensor @int() => to_type(ScalarType.Int32);

        /// <summary>The tensor as 64-bit integers.</summary>
        public Tensor @long() => to_type(ScalarType.Int64);

        /// <summary>The tensor in half precision.</summary>
        public Tensor half() => to_type(ScalarType.Float16);

        /// <summary>The tensor as bfloat16.</summary>
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        /// <summary>The tensor in single precision.</summary>
        public Tensor @float() => to_type(ScalarType.Float32);

        /// <summary>The tensor in double precision.</summary>
        public Tensor @double() => to_type(ScalarType.Float64);

        // Will the tensor be a new one on the device and with the type given?
        internal bool WillCopy(ScalarType type, Device target) =>
            dtype != type || device_type != target.type || (target.index >= 0 && device_index != target.index);

        private Tensor Convert(ScalarType? type, Device? device, bool copy, bool nonBlocking) =>
            Ops.ToDtypeLayout.Call(this, type, Arg.None, device, Arg.None, nonBlocking, copy);

        private Tensor Converted(Tensor result, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return result;
        }

        // Calls an in-place operator and returns this tensor, as all in-place members do.
        private Tensor Do(Op op, params ReadOnlySpan<Arg> args)
        {
            op.Run(args);
            return this;
        }
    }
}
