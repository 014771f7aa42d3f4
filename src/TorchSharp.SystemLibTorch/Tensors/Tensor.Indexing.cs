using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Reads or writes the part that the indices name.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>Reads or writes the elements that index or mask tensors name.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>Reads or writes one position along the first dimension.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, i1);
        }

        /// <summary>Reads or writes one position along each of the first two dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        /// <summary>Reads or writes one position along each of the first three dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        /// <summary>Reads or writes one position along each of the first four dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        /// <summary>Reads or writes one position along each of the first five dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(i1, i2, i3, i4, i5);
            set => index_put_(value, i1, i2, i3, i4, i5);
        }

        /// <summary>Reads or writes one position along each of the first six dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(i1, i2, i3, i4, i5, i6);
            set => index_put_(value, i1, i2, i3, i4, i5, i6);
        }

        /// <summary>Reads or writes one position along each of the leading dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Positions(indices));
            set => index_put_(value, Positions(indices));
        }

        /// <summary>The part that the indices name: a view, or a copy where an index is a tensor.</summary>
        public unsafe Tensor index(params TensorIndex[] indices)
        {
            fixed (IndexArg* i = Encode(indices))
            {
                var result = new Tensor(Native.Check(Native.slt_index(Handle, i, indices.Length)));
                GC.KeepAlive(this);
                GC.KeepAlive(indices);
                return result;
            }
        }

        /// <summary>The elements that index or mask tensors name.</summary>
        public Tensor index(params Tensor[] indices) => index(Tensors(indices));

        /// <summary>Writes to the part that the indices name.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => Put(value, indices, false);

        /// <summary>Writes to the part that the indices name, or adds to it.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false) => Put(value, indices, accumulate);

        /// <summary>Writes to the elements that index or mask tensors name.</summary>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => Put(value, Tensors(indices), false);

        /// <summary>Writes to the elements that index or mask tensors name, or adds to them.</summary>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Put(value, Tensors(indices), accumulate);

        /// <summary>Writes a number to the part that the indices name.</summary>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filler = Ops.Full.Call([], Arg.Ints(0, 0), value, dtype, Arg.None, device);
            return Put(filler, indices, false);
        }

        /// <summary>Writes a number to the elements that index or mask tensors name.</summary>
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Tensors(indices));

        private unsafe Tensor Put(Tensor value, TensorIndex[] indices, bool accumulate)
        {
            if (accumulate && !Array.Exists(indices, i => i.Encode().Kind == IndexKind.Tensor))
                throw new ArgumentException("Only at indices that are tensors can values accumulate.", nameof(indices));
            fixed (IndexArg* i = Encode(indices))
                Native.Check(Native.slt_index_put(Handle, i, indices.Length, value.Handle, accumulate ? 1 : 0));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
            GC.KeepAlive(indices);
            return this;
        }

        private static IndexArg[] Encode(TensorIndex[] indices) => Array.ConvertAll(indices, i => i.Encode());

        private static TensorIndex[] Tensors(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        private static TensorIndex[] Positions(long[] indices) => Array.ConvertAll(indices, i => TensorIndex.Single(i));
    }
}
