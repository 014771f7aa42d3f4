using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of an indexing expression: a position, a range, a tensor, a new axis or an ellipsis.</summary>
    public struct TensorIndex
    {
        /// <summary>All dimensions that the other indices don't name.</summary>
        public static TensorIndex Ellipsis = new() { arg = { Kind = IndexKind.Ellipsis } };

        /// <summary>A new dimension of size one.</summary>
        public static TensorIndex None = new() { arg = { Kind = IndexKind.NewAxis } };

        /// <summary>A new dimension of size one.</summary>
        public static TensorIndex Null = None;

        /// <summary>A whole dimension.</summary>
        public static TensorIndex Colon = Slice();

        private IndexArg arg;
        private Tensor? tensor;

        /// <summary>A range: from <paramref name="start"/> up to, not including, <paramref name="stop"/>; negative numbers count from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            arg =
            {
                Kind = IndexKind.Range,
                Given = (start.HasValue ? 1 : 0) | (stop.HasValue ? 2 : 0) | (step.HasValue ? 4 : 0),
                Start = start ?? 0,
                Stop = stop ?? 0,
                Step = step ?? 0,
            },
        };

        /// <summary>A range, open at an end that is null.</summary>
        public static TensorIndex Slice((int? start, int? end) range) => Slice((long?)range.start, (long?)range.end);

        /// <summary>A range.</summary>
        public static TensorIndex Slice(Range range) =>
            Slice(
                range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        /// <summary>A new dimension, of size one for true and empty for false.</summary>
        public static TensorIndex Bool(bool value) => new() { arg = { Kind = value ? IndexKind.True : IndexKind.False } };

        /// <summary>A position.</summary>
        public static TensorIndex Single(long? index) => new() { arg = { Kind = IndexKind.Position, Start = index ?? 0 } };

        /// <summary>The positions that an integer or mask tensor names.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new() { arg = { Kind = IndexKind.Tensor }, tensor = tensor };

        /// <summary>A position.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>Always throws; it is there for the compiler's choice among overloads.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        /// <summary>A range, open at an end that is null.</summary>
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        /// <summary>A range.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>A position.</summary>
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        internal readonly IndexArg Encode() => arg with { Tensor = tensor?.Handle ?? 0 };
    }
}
