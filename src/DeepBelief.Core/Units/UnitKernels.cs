using DeepBelief.Tensors;

namespace DeepBelief.Units;

internal static class UnitKernels
{
    /// <summary>True if the CPU float32 kernels accept all of these tensors, each of shape <c>[batch, size]</c>.</summary>
    public static bool CanUseKernels(Tensor inputs, long size, Tensor? means = null, Tensor? states = null)
    {
        if (inputs.dim() != 2)
            return false;
        var rows = inputs.size(0);
        return TensorMemory.IsFast(inputs, rows, size)
            && (means is null || TensorMemory.IsFast(means, rows, size))
            && (states is null || TensorMemory.IsFast(states, rows, size));
    }

    /// <summary>True if the kernels that round accept all of these, <c>[batch, size]</c> each in rows that lie equally far apart.</summary>
    public static bool CanRound(Tensor inputs, long size, Tensor? means = null, Tensor? states = null)
    {
        return Accepts(inputs) && (means is null || IsLike(means)) && (states is null || IsLike(states));

        bool Accepts(Tensor matrix) => TensorMemory.IsRounded(matrix) && matrix.size(1) == size && matrix.size(0) <= int.MaxValue;

        bool IsLike(Tensor matrix) => Accepts(matrix) && matrix.size(0) == inputs.size(0) && TensorMemory.Stride(matrix) == TensorMemory.Stride(inputs);
    }

    /// <summary>Draws the random key for new states; draws none without states.</summary>
    public static ulong Key(Tensor? states, Generator? generator) => states is null ? 0 : RandomKey.Draw(generator);
}
