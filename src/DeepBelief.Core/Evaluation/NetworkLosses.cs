namespace DeepBelief.Evaluation;

/// <summary>Losses of networks' outputs; autograd can differentiate them.</summary>
internal static class NetworkLosses
{
    /// <summary>Mean squared error of each row, over targets.</summary>
    public static Tensor SquaredErrors(Tensor outputs, Tensor targets) => (outputs - targets).Squared().mean([1L]);

    /// <summary>Mean cross-entropy of each row, over labels, given their logits.</summary>
    public static Tensor CrossEntropies(Tensor logits, Tensor labels) => OfBits(logits, labels).mean([1L]);

    /// <summary>The cross-entropy of each bit x given its logit z, -x log σ(z) - (1 - x) log(1 - σ(z)).</summary>
    public static Tensor OfBits(Tensor logits, Tensor bits) => Softplus(logits) - (bits * logits);
}
