using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same memory in another shape.</summary>
        public Tensor view(params long[] shape) => Ops.View.Call(shape, this, Arg.Ints(shape));

        /// <summary>The elements in another shape, copied if need be.</summary>
        public Tensor reshape(params long[] shape) => Ops.Reshape.Call(shape, this, Arg.Ints(shape));

        /// <summary>The same memory in the shape of another tensor.</summary>
        public Tensor view_as(Tensor other) => view(other.shape);

        /// <summary>A range of dimensions as one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.FlattenUsingInts.Call(this, start_dim, end_dim);

        /// <summary>All elements in one dimension.</summary>
        public Tensor ravel() => Ops.Ravel.Call(this);

        /// <summary>Without one dimension, or all, of size one.</summary>
        public Tensor squeeze(long? dim = null) => dim is { } d ? Ops.SqueezeDim.Call(this, d) : Ops.Squeeze.Call(this);

        /// <summary>Without one dimension, or all, of size one, in place.</summary>
        public Tensor squeeze_(long? dim = null) => dim is { } d ? Do(Ops.SqueezeInPlaceDim, this, d) : Do(Ops.SqueezeInPlace, this);

        /// <summary>With one more dimension of size one.</summary>
        public Tensor unsqueeze(long dim) => Ops.Unsqueeze.Call(this, dim);

        /// <summary>With one more dimension of size one, in place.</summary>
        public Tensor unsqueeze_(long dim) => Do(Ops.UnsqueezeInPlace, this, dim);

        /// <summary>Repeated along dimensions of size one, without a copy.</summary>
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) =>
            Ops.Expand.Call(sizes, this, Arg.Ints(sizes), isImplicit);

        /// <summary>Repeated along dimensions of size one, without a copy.</summary>
        public Tensor expand(long[] sizes, bool isImplicit = false) => expand((ReadOnlySpan<long>)sizes, isImplicit);

        /// <summary>Repeated along dimensions of size one, without a copy.</summary>
        public Tensor expand(Size sizes, bool isImplicit = false) => expand((ReadOnlySpan<long>)sizes.Shape, isImplicit);

        /// <summary>Repeated along dimensions of size one, without a copy.</summary>
        public Tensor expand(params long[] sizes) => expand((ReadOnlySpan<long>)sizes);

        /// <summary>Repeated, without a copy, to the shape of another tensor.</summary>
        public Tensor expand_as(Tensor other) => expand(other.shape);

        /// <summary>Repeated, without a copy, to a shape.</summary>
        public Tensor broadcast_to(params long[] shape) => Ops.BroadcastTo.Call(shape, this, Arg.Ints(shape));

        /// <summary>Copied side by side along every dimension.</summary>
        public Tensor repeat(params long[] sizes) => Ops.Repeat.Call(sizes, this, Arg.Ints(sizes));

        /// <summary>Copied side by side along every dimension.</summary>
        public Tensor tile(long[] reps) => Ops.Tile.Call(reps, this, Arg.Ints(reps));

        /// <summary>Each element repeated as often as a tensor says.</summary>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Ops.RepeatInterleaveSelfTensor.Call(this, repeats, dim, output_size);

        /// <summary>Each element repeated a number of times.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Ops.RepeatInterleaveSelfInt.Call(this, repeats, dim, output_size);

        /// <summary>The transposed matrix.</summary>
        public Tensor t() => Ops.T.Call(this);

        /// <summary>The dimensions in reverse order.</summary>
        public Tensor T => permute([.. Enumerable.Range(0, (int)ndim).Reverse().Select(d => (long)d)]);

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => Ops.MT.Call(this);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Ops.TransposeInt.Call(this, dim0, dim1);

        /// <summary>Two dimensions exchanged, in place.</summary>
        public Tensor transpose_(long dim0, long dim1) => Do(Ops.TransposeInPlace, this, dim0, dim1);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Ops.Permute.Call(permutation, this, Arg.Ints(permutation));

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        /// <summary>Dimensions moved to other places.</summary>
        public Tensor movedim(long[] source, long[] destination) =>
            Ops.MovedimIntlist.Call([.. source, .. destination], this, Arg.Ints(0, source.Length), Arg.Ints(source.Length, destination.Length));

        /// <summary>Dimensions moved to other places.</summary>
        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        /// <summary>The elements in reverse order along dimensions.</summary>
        public Tensor flip(params long[] dims) => Ops.Flip.Call(dims, this, Arg.Ints(dims));

        /// <summary>The elements rolled along dimensions; those that leave at one end enter at the other.</summary>
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
            Ops.Roll.Call([.. shifts, .. dims], this, Arg.Ints(0, shifts.Length), Arg.Ints(shifts.Length, dims.Length));

        /// <summary>The elements rolled along dimensions; those that leave at one end enter at the other.</summary>
        public Tensor roll(long[] shifts, long[] dims) => roll((ReadOnlySpan<long>)shifts, dims);

        /// <summary>The elements rolled along the first dimension; those that leave at one end enter at the other.</summary>
        public Tensor roll(long[] shifts) => roll((ReadOnlySpan<long>)shifts, [0]);

        /// <summary>The elements rolled along a dimension, or in row-major order; those that leave at one end enter at the other.</summary>
        public Tensor roll(long shifts, long? dims = null) => roll((ReadOnlySpan<long>)[shifts], dims is { } d ? [d] : []);

        /// <summary>The memory of this tensor with other sizes and strides.</summary>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) =>
            Ops.AsStrided.Call([.. size, .. strides], this, Arg.Ints(0, size.Length), Arg.Ints(size.Length, strides.Length), storageOffset);
    }
}
