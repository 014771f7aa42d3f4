namespace DeepBelief;

/// <summary>Samples from a <see cref="Dbn"/>.</summary>
public static class DbnSampling
{
    /// <summary>
    /// Samples rows: Gibbs sampling in the top RBM, starting from states drawn without inputs, then one sampled pass down. The
    /// lowest layer returns means instead of samples (Hinton, Osindero and Teh 2006, section 6).
    /// </summary>
    /// <param name="dbn">The network.</param>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Gibbs steps, 1 or more.</param>
    /// <param name="generator">Null uses torch's default generator.</param>
    /// <param name="cancellationToken">Checked before each Gibbs step.</param>
    /// <returns><c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Tensor Sample(
        this Dbn dbn,
        long count,
        int steps = 1000,
        Generator? generator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dbn);
        Lifetime.Check(dbn);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var top = dbn.Layers[^1];
        var states = top.Sample(count, steps, start: null, generator, cancellationToken);
        if (dbn.Layers.Count == 1)
            return top.VisibleMean(top.SampleHidden(states, generator)).MoveToOuterDisposeScope();
        foreach (var layer in dbn.Layers.Skip(1).SkipLast(1).Reverse())
            states = layer.SampleVisible(states, generator);
        return dbn.Layers[0].VisibleMean(states).MoveToOuterDisposeScope();
    }
}
