using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The number of dimensions.</summary>
        public long Dimensions => Read(Native.Check(Native.slt_ndim(Handle)));

        /// <summary>The number of dimensions.</summary>
        public long ndim => Dimensions;

        /// <summary>The number of dimensions.</summary>
        public long dim() => Dimensions;

        /// <summary>The number of elements.</summary>
        public long NumberOfElements => Read(Native.Check(Native.slt_numel(Handle)));

        /// <summary>The number of elements.</summary>
        public long numel() => NumberOfElements;

        /// <summary>The size of an element in bytes.</summary>
        public long ElementSize => Read(Native.Check(Native.slt_element_size(Handle)));

        /// <summary>The size of an element in bytes.</summary>
        public long element_size() => ElementSize;

        /// <summary>The element type.</summary>
        public ScalarType dtype => (ScalarType)Read(Native.Check(Native.slt_dtype(Handle)));

        /// <summary>The kind of device that holds the elements.</summary>
        public DeviceType device_type => (DeviceType)Read(Native.Check(Native.slt_device_type(Handle)));

        /// <summary>The number of the device that holds the elements; -1 for the CPU.</summary>
        public int device_index => (int)Read(Native.slt_device_index(Handle));

        /// <summary>The device that holds the elements.</summary>
        public Device device =>
            device_type is var type && type == DeviceType.CPU ? new Device(DeviceType.CPU) : new Device(type, device_index);

        /// <summary>True for a tensor on the CPU.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>True for a tensor on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>True for a tensor in a sparse layout.</summary>
        public bool is_sparse => Read(Native.Check(Native.slt_is_sparse(Handle))) != 0;

        /// <summary>True for integral element types, Boolean among them.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>True for real floating-point element types.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>True for complex element types.</summary>
        public bool is_complex() => torch.is_complex(dtype);

        /// <summary>True where the only element isn't zero.</summary>
        public bool is_nonzero() =>
            numel() == 1 ? Ops.IsNonzero.CallBool(this) : throw new InvalidOperationException("is_nonzero() called on non-singleton tensor");

        /// <summary>The size of every dimension.</summary>
        public long[] shape => size();

        /// <summary>The size of every dimension.</summary>
        public unsafe long[] size()
        {
            var sizes = new long[Dimensions];
            fixed (long* s = sizes)
                Native.Check(Native.slt_sizes(Handle, s));
            GC.KeepAlive(this);
            return sizes;
        }

        /// <summary>The size of one dimension; negative numbers count from the last.</summary>
        public long size(int dim)
        {
            var sizes = shape;
            var index = dim < 0 ? dim + sizes.Length : dim;
            return index >= 0 && index < sizes.Length
                ? sizes[index]
                : throw new ExternalException(
                    $"Dimension out of range (expected to be in range of [{-sizes.Length}, {sizes.Length - 1}], but got {dim})");
        }

        /// <summary>How many elements apart neighbours along every dimension are.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* s = strides)
                Native.Check(Native.slt_strides(Handle, s));
            GC.KeepAlive(this);
            return strides;
        }

        /// <summary>How many elements apart neighbours along one dimension are.</summary>
        public long stride(int dim)
        {
            var strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        /// <summary>True where the elements lie in memory without gaps, in row-major order.</summary>
        public bool is_contiguous() => Read(Native.Check(Native.slt_is_contiguous(Handle))) != 0;

        /// <summary>How many elements into its storage the tensor begins.</summary>
        public long storage_offset() => Read(Native.Check(Native.slt_storage_offset(Handle)));

        // Returns what was read from the native tensor, which must not be finalised until then.
        private long Read(long value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
