using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Ops.Cat.CallTensors(tensors, dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.CallTensors([.. tensors], dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Ops.Cat.CallTensors(tensors, dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Ops.Cat.CallTensors(tensors, dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.CallTensors([.. tensors], dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor concat(Tensor[] tensors, long dim = 0) => Ops.Cat.CallTensors(tensors, dim);

    /// <summary>Tensors side by side, along the second dimension, or the first of vectors.</summary>
    public static Tensor hstack(IList<Tensor> tensors) => Ops.Hstack.CallTensors([.. tensors]);

    /// <summary>Tensors side by side, along the second dimension, or the first of vectors.</summary>
    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => Ops.Hstack.CallTensors(tensors);

    /// <summary>Tensors side by side, along the second dimension, or the first of vectors.</summary>
    public static Tensor hstack(params Tensor[] tensors) => Ops.Hstack.CallTensors(tensors);

    /// <summary>Tensors side by side, along the second dimension, or the first of vectors.</summary>
    public static Tensor hstack(IEnumerable<Tensor> tensors) => Ops.Hstack.CallTensors([.. tensors]);

    /// <summary>Tensors one below another, along the first dimension, vectors as rows.</summary>
    public static Tensor vstack(IList<Tensor> tensors) => Ops.Vstack.CallTensors([.. tensors]);

    /// <summary>Tensors one below another, along the first dimension, vectors as rows.</summary>
    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => Ops.Vstack.CallTensors(tensors);

    /// <summary>Tensors one below another, along the first dimension, vectors as rows.</summary>
    public static Tensor vstack(Tensor[] tensors) => Ops.Vstack.CallTensors(tensors);

    /// <summary>Special functions.</summary>
    public static partial class special
    {
        /// <summary>The normalised exponentials along a dimension.</summary>
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => Ops.SoftmaxInt.Call(input, dim, dtype);

        /// <summary>The logarithms of the normalised exponentials along a dimension.</summary>
        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => Ops.LogSoftmaxInt.Call(input, dim, dtype);
    }
    /// <summary>Tensors one after another along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Ops.Stack.CallTensors([.. tensors], dim);
}
