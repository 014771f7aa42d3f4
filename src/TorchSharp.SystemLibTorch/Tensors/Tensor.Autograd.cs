using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether gradients with respect to this tensor are recorded.</summary>
        public bool requires_grad
        {
            get => Read(Native.Check(Native.slt_requires_grad(Handle))) != 0;
            set => Read(Native.Check(Native.slt_set_requires_grad(Handle, value ? 1 : 0)));
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns this tensor.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns this tensor.</summary>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>True for tensors that no recorded operation made.</summary>
        public bool is_leaf => Read(Native.Check(Native.slt_is_leaf(Handle))) != 0;

        /// <summary>Keeps the gradient of this tensor, though it is no leaf, when it is computed.</summary>
        public void retain_grad() => Read(Native.Check(Native.slt_retain_grad(Handle)));

        /// <summary>The accumulated gradient, as a new handle at each call, or null.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint found;
                var any = Native.Check(Native.slt_grad(Handle, &found));
                GC.KeepAlive(this);
                return any != 0 ? new Tensor(found) : null;
            }
            set
            {
                Native.Check(Native.slt_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Accumulates the gradient of this one-element tensor into the leaves it was computed from.</summary>
        public void backward() => backward(grad_tensors: null);

        /// <summary>Accumulates the gradient of this tensor, weighted by <paramref name="grad_tensors"/>, into the leaves or into <paramref name="inputs"/>.</summary>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>The same elements, cut off from the recorded operations.</summary>
        public Tensor detach() => Ops.Detach.Call(this);

        /// <summary>Cuts this tensor off from the recorded operations.</summary>
        public Tensor detach_() => Do(Ops.DetachInPlace, this);
    }
}
