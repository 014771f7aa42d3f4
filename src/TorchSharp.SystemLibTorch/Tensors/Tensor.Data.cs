using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, for reading and writing in place; of a copy where they are not on the CPU.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            CheckElementType(typeof(T));
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The only element.</summary>
        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            CheckElementType(typeof(T));
            if (device_type != DeviceType.CPU)
            {
                using var copy = cpu();
                return copy.item<T>();
            }

            var value = *(T*)Address;
            GC.KeepAlive(this);
            return value;
        }

        /// <summary>The bytes of a contiguous tensor on the CPU; the span is valid as long as the tensor is.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                CheckBytes();
                var count = NumberOfElements * ElementSize;
                return count <= int.MaxValue
                    ? new Span<byte>((void*)Address, (int)count)
                    : throw new ArgumentException("Span only supports up to int.MaxValue elements.");
            }
            set
            {
                if (!is_contiguous()) throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize != value.Length) throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(bytes);
            }
        }

        /// <summary>Writes the bytes of a contiguous tensor on the CPU.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            CheckBytes();
            var left = NumberOfElements * ElementSize;
            for (var from = (byte*)Address; left > 0;)
            {
                // Straight from the tensor's memory, so larger pieces cost nothing.
                var count = (int)Math.Min(left, Math.Max(bufferSize, 1 << 20));
                stream.Write(new ReadOnlySpan<byte>(from, count));
                from += count;
                left -= count;
            }

            GC.KeepAlive(this);
        }

        /// <summary>Fills a contiguous tensor on the CPU with bytes from a stream.</summary>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            CheckBytes();
            var left = NumberOfElements * ElementSize;
            for (var to = (byte*)Address; left > 0;)
            {
                var count = (int)Math.Min(left, Math.Max(bufferSize, 1 << 20));
                stream.ReadExactly(new Span<byte>(to, count));
                to += count;
                left -= count;
            }

            GC.KeepAlive(this);
        }

        // Of the first element; zero where there is none.
        internal unsafe nint Address
        {
            get
            {
                void* address;
                Native.Check(Native.slt_data(Handle, &address));
                return (nint)address;
            }
        }

        private void CheckElementType(Type wanted)
        {
            var held = dtype;
            var type = held switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                ScalarType.ComplexFloat64 => typeof(System.Numerics.Complex),
                _ => null,
            };
            if (type != wanted) throw new ArgumentException($"{wanted.Name} is not compatible with {held}");
        }

        private void CheckBytes()
        {
            if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }
    }
}
