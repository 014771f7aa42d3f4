using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Tensors, operators, modules and optimizers, with the names that PyTorch gives them.</summary>
public static partial class torch
{
    /// <summary>An array of numbers of one type on one device, of any number of dimensions.</summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;
        private nint handle;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            var count = Interlocked.Increment(ref totalCount);
            for (var peak = peakCount; count > peak; peak = peakCount)
                Interlocked.CompareExchange(ref peakCount, count, peak);
            if (register) OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
        }

        /// <summary>Frees the native tensor of a managed one that was never disposed.</summary>
        ~Tensor() => Dispose(false);

        /// <summary>How many tensors are alive in this process, as managed objects with a native tensor behind them.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The highest value that <see cref="TotalCount"/> has had.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>A name for debugging; libtorch doesn't see it.</summary>
        public string? name { get; set; }

        /// <summary>True after the tensor was disposed.</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>The address of the native <c>at::Tensor</c>; throws once the tensor is disposed.</summary>
        public IntPtr Handle =>
            handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope? OwningDisposeScope { get; set; }

        // Without a check, for those that compare tensors or accept disposed ones.
        internal nint HandleOrZero => handle;

        /// <summary>Wraps a native <c>at::Tensor</c>, which the new object owns.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>Frees the native tensor.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native tensor, from <see cref="Dispose()"/> or from the finaliser.</summary>
        protected virtual void Dispose(bool disposing)
        {
            var freed = Interlocked.Exchange(ref handle, 0);
            if (freed == 0) return;
            // A finaliser runs on a thread of its own, where scopes, which belong to a thread, must not be touched.
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.Disposing(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }

            Interlocked.Decrement(ref totalCount);
            Native.slt_free(freed);
        }

        /// <summary>Hands this tensor to the scope around its own, or to none where there is none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes this tensor out of its scope; it then lives until it is disposed.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Hands this tensor to the scope that owns another one.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        /// <summary>Hands this tensor to another scope, or to none.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        /// <summary>Gives up the native tensor, which the caller then owns, and leaves this object empty.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            var released = Handle;
            handle = 0;
            Interlocked.Decrement(ref totalCount);
            return released;
        }

        // As TorchSharp does it for a Parameter: the count stays, so each Parameter counts twice.
        internal nint MoveHandle() => Interlocked.Exchange(ref handle, 0);

        /// <summary>A second tensor object over the same native tensor.</summary>
        public Tensor alias()
        {
            var result = new Tensor(Native.Check(Native.slt_alias(Handle)));
            GC.KeepAlive(this);
            return result;
        }

        /// <summary>True where the other is a tensor of the same shape and type with equal elements.</summary>
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>True where the other tensor has the same shape and type and equal elements.</summary>
        public bool Equals(Tensor target) => target is not null && Ops.Equal.CallBool(this, target);

        /// <summary>A hash code of the object, not of the elements.</summary>
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        /// <summary>The shape, element type and device.</summary>
        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }
}
