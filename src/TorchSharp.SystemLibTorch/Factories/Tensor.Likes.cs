using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Zeros, in this tensor's shape and by default its type and device.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.ZerosLike.Call(this, dtype, Arg.None, device), requires_grad);

        /// <summary>Ones, in this tensor's shape and by default its type and device.</summary>
        public Tensor ones_like(ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.OnesLike.Call(this, dtype, Arg.None, device), requires_grad);

        /// <summary>Whatever is in memory, in this tensor's shape and by default its type and device.</summary>
        public Tensor empty_like(ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.EmptyLike.Call(this, dtype, Arg.None, device), requires_grad);

        /// <summary>Uniform numbers, in this tensor's shape and by default its type and device.</summary>
        public Tensor rand_like(ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.RandLike.Call(this, dtype, Arg.None, device), requires_grad);

        /// <summary>Standard normal numbers, in this tensor's shape and by default its type and device.</summary>
        public Tensor randn_like(ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.RandnLike.Call(this, dtype, Arg.None, device), requires_grad);

        /// <summary>One value, in this tensor's shape and by default its type and device.</summary>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.FullLike.Call(this, value, dtype, Arg.None, device), requires_grad);

        /// <summary>Integers from a range, in this tensor's shape and by default its type and device.</summary>
        public Tensor randint_like(long low, long high, ScalarType? dtype = null, torch.Device? device = null, bool requires_grad = false) =>
            Tracked(Ops.RandintLikeLowDtype.Call(this, low, high, dtype, Arg.None, device), requires_grad);
    }
}
