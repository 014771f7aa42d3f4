namespace DeepBelief.Tensors;

/// <summary>Random factors for dropout: 0 with probability rate, else 1 / (1 - rate).</summary>
/// <remarks>Torch's dropout takes a large fraction of the time of the matrix products, and draws from the generator of all threads.</remarks>
internal static class DropoutFactors
{
    /// <summary>Draws a factor for each element of states.</summary>
    /// <param name="states">Only shape and type matter.</param>
    /// <param name="rate">In [0, 1).</param>
    /// <param name="generator">Random generator; null uses the default one.</param>
    public static Tensor Draw(Tensor states, double rate, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        var factors = torch.empty(states.shape, states.dtype, states.device);
        if (states.dim() == 2 && TensorMemory.IsFast(factors))
            DropoutKernel.Fill(factors, rate, RandomKey.Draw(generator));
        else
            _ = factors.bernoulli_(1 - rate, generator ?? DefaultGenerator.Current).Scale(1 / (1 - rate));
        return factors;
    }
}
