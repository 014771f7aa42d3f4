namespace DeepBelief.Training;

/// <summary>Checks that parameters are finite and keeps the last finite ones, without synchronizing a GPU before the end of an epoch.</summary>
internal sealed class DivergenceGuard : IDisposable
{
    // A check reads and copies all parameters; at this interval its cost is negligible.
    private const int Interval = 32;

    private readonly IReadOnlyList<Tensor> parameters;
    private readonly Tensor[] lastGood;
    private readonly Tensor healthy;
    private readonly Tensor goodChecks;
    private long checks;

    public DivergenceGuard(IReadOnlyList<Tensor> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.parameters = parameters;
        lastGood = [.. parameters.Select(p => p.detach().clone().DetachFromDisposeScope())];
        healthy = torch.ones(1, ScalarType.Int64, parameters[0].device).DetachFromDisposeScope();
        goodChecks = torch.zeros(1, ScalarType.Int64, parameters[0].device).DetachFromDisposeScope();
    }

    public void AfterBatch(int batch, int batches)
    {
        if (batch % Interval != 0 && batch != batches)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        checks++;
        _ = healthy.mul_(AreFinite().to(ScalarType.Int64));
        _ = goodChecks.Add(healthy);
        var good = healthy.to(ScalarType.Bool);
        for (var i = 0; i < lastGood.Length; i++)
            _ = lastGood[i].copy_(torch.where(good, parameters[i], lastGood[i]));
    }

    /// <summary>Restores the last good parameters and throws if a check of this epoch failed.</summary>
    public void EndEpoch(int epoch, int batches, double learningRate)
    {
        var good = goodChecks.item<long>();
        if (good < checks)
        {
            Restore();
            throw new TrainingDivergedException(epoch, ((int)good * Interval) + 1, Math.Min(((int)good + 1) * Interval, batches), learningRate);
        }

        checks = 0;
        _ = goodChecks.zero_();
    }

    /// <summary>Restores the last good parameters if the current ones are not finite; of a disposed model, there are none.</summary>
    public void RestoreUnlessFinite()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (parameters.All(parameter => !parameter.IsInvalid) && !AreFinite().item<bool>())
            Restore();
    }

    public void Dispose()
    {
        foreach (var tensor in lastGood)
            tensor.Dispose();
        healthy.Dispose();
        goodChecks.Dispose();
    }

    // NaN and infinity show in the extremes, which are much cheaper than a mask of all elements. A sum could overflow.
    private Tensor AreFinite()
        => torch.stack([.. parameters.Where(parameter => parameter.numel() > 0)
            .SelectMany(parameter => new[] { parameter.min().isfinite(), parameter.max().isfinite() })]).all();

    private void Restore()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < lastGood.Length; i++)
            _ = parameters[i].copy_(lastGood[i]);
    }
}
