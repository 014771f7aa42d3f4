namespace DeepBelief.Training;

/// <summary>The best epoch so far and, optionally, its parameters, with what else training keeps (<see cref="TrainingTask{TMetrics}.Kept"/>).</summary>
internal sealed class BestParameters : IDisposable
{
    private readonly IReadOnlyList<Tensor> parameters;
    private readonly Tensor[] copies;
    private double score = double.PositiveInfinity;

    public BestParameters(IReadOnlyList<Tensor> parameters, bool keep)
    {
        this.parameters = parameters;
        copies = keep ? ParameterMemory.Zeros(parameters) : [];
        State = new Dictionary<string, Tensor>(ParameterMemory.Named("parameter", copies));
    }

    /// <summary>The best epoch, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>The parameters of the best epoch, if kept: always the same tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Consider(int epoch, double newScore)
    {
        if (newScore >= score)
            return;
        Resume(epoch, newScore);
        Copy();
    }

    /// <summary>Keeps the parameters as they are now, if they are to be kept.</summary>
    public void Copy()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < copies.Length; i++)
            _ = copies[i].copy_(parameters[i]);
    }

    /// <summary>Resumes from a best epoch whose parameters are in <see cref="State"/>.</summary>
    public void Resume(int epoch, double itsScore) => (Epoch, score) = (epoch, itsScore);

    /// <summary>Restores the best parameters if they were kept.</summary>
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
    }
}
