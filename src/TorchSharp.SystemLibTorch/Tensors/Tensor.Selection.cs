using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A range along a dimension, without a copy.</summary>
        public Tensor narrow(long dim, long start, long length) => Ops.Narrow.Call(this, dim, start, length);

        /// <summary>One position along a dimension, without a copy.</summary>
        public Tensor select(long dim, long index) => Ops.SelectInt.Call(this, dim, index);

        /// <summary>Every step-th position of a range along a dimension, without a copy.</summary>
        public Tensor slice(long dim, long start, long finish, long step) =>
            step >= 1
                ? Ops.SliceTensor.Call(this, dim, start, finish, step)
                : throw new ArgumentException($"step is {step}, but it should always be positive.", nameof(step));

        /// <summary>The positions along a dimension that an index names.</summary>
        public Tensor index_select(long dim, Tensor index) => Ops.IndexSelect.Call(this, dim, index);

        /// <summary>The elements at positions in row-major order.</summary>
        public Tensor take(Tensor index) => Ops.Take.Call(this, index);

        /// <summary>Adds a multiple of a source at the positions along a dimension that an index names.</summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.IndexAdd.Call(this, dim, index, source, alpha);

        /// <summary>Adds a multiple of a source at the positions along a dimension that an index names, in place.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Do(Ops.IndexAddInPlace, this, dim, index, source, alpha);

        /// <summary>Copies a source to the positions along a dimension that an index names.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.IndexCopy.Call(this, dim, index, source);

        /// <summary>Copies a source to the positions along a dimension that an index names, in place.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Do(Ops.IndexCopyInPlace, this, dim, index, source);

        /// <summary>Writes a number at the positions along a dimension that an index names.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Ops.IndexFillIntScalar.Call(this, dim, index, value);

        /// <summary>Writes a number at the positions along a dimension that an index names, in place.</summary>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Do(Ops.IndexFillInPlaceIntScalar, this, dim, index, value);

        /// <summary>The elements that an index of the same number of dimensions names along a dimension.</summary>
        public Tensor gather(long dim, Tensor index) => Ops.Gather.Call(this, dim, index);

        /// <summary>Writes a source at the places that an index names along a dimension.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.ScatterSrc.Call(this, dim, index, src);

        /// <summary>Writes a source at the places that an index names along a dimension, in place.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Do(Ops.ScatterInPlaceSrc, this, dim, index, src);

        /// <summary>Adds a source at the places that an index names along a dimension.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.ScatterAdd.Call(this, dim, index, src);

        /// <summary>Adds a source at the places that an index names along a dimension, in place.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Do(Ops.ScatterAddInPlace, this, dim, index, src);

        /// <summary>The elements where a mask is true, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) => Ops.MaskedSelect.Call(this, mask);

        /// <summary>Writes a number where a mask is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.MaskedFillScalar.Call(this, mask, value);

        /// <summary>Writes a number where a mask is true, in place.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Do(Ops.MaskedFillInPlaceScalar, this, mask, value);

        /// <summary>The indices of the elements that aren't zero, one row for each.</summary>
        public Tensor nonzero() => Ops.Nonzero.Call(this);

        /// <summary>The indices of the elements that aren't zero, one row for each.</summary>
        public Tensor argwhere() => Ops.Argwhere.Call(this);

        /// <summary>This where a condition holds, another tensor elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Ops.WhereSelf.Call(condition, this, y);

        /// <summary>Pieces of a size along a dimension; the last one may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Ops.SplitTensor.CallMany(Pieces(dim, size), [], this, size, dim);

        /// <summary>Pieces of given sizes along a dimension.</summary>
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) =>
            Ops.SplitWithSizes.CallMany(sizes.Length, sizes, this, Arg.Ints(sizes), dim);

        /// <summary>Pieces of given sizes along a dimension.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => split((ReadOnlySpan<long>)sizes, dim);

        /// <summary>Pieces of given sizes along the first dimension.</summary>
        public Tensor[] split(params long[] sizes) => split((ReadOnlySpan<long>)sizes);

        /// <summary>Up to a number of pieces of equal size along a dimension.</summary>
        public Tensor[] chunk(long chunks, long dim = 0L) => Ops.Chunk.CallMany(chunks, [], this, chunks, dim);

        /// <summary>The positions along a dimension, one by one.</summary>
        public Tensor[] unbind(long dimension = 0L) => Ops.UnbindInt.CallMany(size((int)dimension), [], this, dimension);

        /// <summary>Writes a number everywhere.</summary>
        public Tensor fill_(Scalar value) => Do(Ops.FillInPlaceScalar, this, value);

        /// <summary>Writes zero everywhere.</summary>
        public Tensor zero_() => Do(Ops.ZeroInPlace, this);

        // How many pieces of a size a dimension makes; at least one, since a dimension of size zero makes one.
        private long Pieces(int dim, long pieceSize) => pieceSize > 0 ? Math.Max(1, (size(dim) + pieceSize - 1) / pieceSize) : 1;
    }
}
