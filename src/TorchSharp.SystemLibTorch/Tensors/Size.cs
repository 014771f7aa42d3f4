using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sizes of a tensor's dimensions.</summary>
    public struct Size : IEnumerable<long>
    {
        /// <summary>No dimensions.</summary>
        public static Size Empty = new(Array.Empty<long>());

        private readonly long[] sizes;

        /// <summary>The sizes given.</summary>
        public Size(long[] shape) => sizes = [.. shape];

        /// <summary>The sizes given.</summary>
        public Size(IEnumerable<long> shape) => sizes = [.. shape];

        /// <summary>The sizes given.</summary>
        public Size(int[] shape) => sizes = Array.ConvertAll(shape, size => (long)size);

        /// <summary>One dimension.</summary>
        public Size(long size) => sizes = [size];

        /// <summary>One dimension.</summary>
        public Size(int size) => sizes = [size];

        /// <summary>True where there are no dimensions.</summary>
        public readonly bool IsEmpty => sizes.Length == 0;

        /// <summary>True where there are no dimensions.</summary>
        public readonly bool IsScalar => IsEmpty;

        /// <summary>The number of dimensions.</summary>
        public readonly int Length => sizes.Length;

        /// <summary>The sizes.</summary>
        public readonly long[] Shape => sizes;

        /// <summary>The size of one dimension.</summary>
        public readonly long this[int idx] => sizes[idx];

        /// <summary>The size of one dimension.</summary>
        public readonly long this[long idx] => sizes[idx];

        /// <summary>One dimension.</summary>
        public static implicit operator Size(long size) => new(size);

        /// <summary>The sizes given.</summary>
        public static implicit operator Size(long[] size) => new(size);

        /// <summary>The product of the sizes.</summary>
        public readonly long numel() => sizes.Aggregate(1L, (product, size) => product * size);

        /// <summary>The first sizes.</summary>
        public readonly IEnumerable<long> Take(int i) => sizes.Take(i);

        /// <summary>The sizes one by one.</summary>
        public readonly IEnumerator<long> GetEnumerator() => sizes.AsEnumerable().GetEnumerator();

        readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
