namespace DeepBelief.Training;

/// <summary>The best epoch so far and, if asked to keep them, its parameters.</summary>
internal sealed class BestParameters(IReadOnlyList<Parameter> parameters, bool keep) : IDisposable
{
    private double score = double.PositiveInfinity;
    private Tensor[] copies = [];

    /// <summary>The best epoch, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    public void Consider(int epoch, double newScore)
    {
        if (newScore >= score)
            return;
        score = newScore;
        Epoch = epoch;
        if (!keep)
            return;
        Dispose();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        copies = [.. parameters.Select(p => p.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>Puts the best parameters back, if they were kept.</summary>
    public void Restore()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < copies.Length; i++)
            _ = parameters[i].copy_(copies[i]);
    }

    public void Dispose()
    {
        foreach (var copy in copies)
            copy.Dispose();
        copies = [];
    }
}
