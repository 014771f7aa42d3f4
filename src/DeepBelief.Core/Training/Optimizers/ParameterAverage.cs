using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>A moving mean of the parameters, and of what else training keeps, over the end of a run (<see cref="OptimizationOptions.Averaging"/>).</summary>
internal sealed class ParameterAverage : IDisposable
{
    // Neighbouring updates differ little, so some of them represent all, and the cost is negligible.
    private const long Samples = 100;

    // Earlier updates have a weight of less than exp(-3).
    private const int Windows = 3;

    private readonly IReadOnlyList<Tensor> parameters;
    private readonly Tensor[] means;
    private readonly Tensor count; // samples taken, on the CPU
    private readonly long first;
    private readonly long interval;
    private readonly double decay;

    /// <summary>Creates the mean of a run of a number of updates, over about a fraction of them.</summary>
    public ParameterAverage(IReadOnlyList<Tensor> parameters, double fraction, long updates)
    {
        this.parameters = parameters;
        var window = Math.Max(1, fraction * updates);
        first = Math.Max(0, updates - (long)(Windows * window));
        interval = Math.Max(1, (long)(window / Samples));
        decay = Math.Exp(-interval / window);
        means = ParameterMemory.Zeros(parameters);
        count = torch.zeros(1, ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor>([.. ParameterMemory.Named("mean", means), KeyValuePair.Create("count", count)]);
    }

    /// <summary>The means and their count: always the same tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Considers the parameters after an update of the run, numbered from 1.</summary>
    public void AfterUpdate(long update)
    {
        if (update <= first || (update - first) % interval != 0)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // At first a plain mean, then one that forgets.
        var taken = count.Add(1L).item<long>();
        var keep = Math.Min(1 - (1.0 / taken), decay);
        for (var i = 0; i < means.Length; i++)
            _ = means[i].Scale(keep).Add(parameters[i], 1 - keep);
    }

    /// <summary>Sets the parameters to their means.</summary>
    public void Assign()
    {
        if (count.item<long>() == 0)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < means.Length; i++)
            _ = parameters[i].copy_(means[i]);
    }

    public void Dispose()
    {
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }
}
