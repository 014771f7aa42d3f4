using System.Collections;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>The order that a run takes rows in memory in, another one whenever it is begun: a shuffler for data loaders.</summary>
internal sealed class RunOrder(long rows, OptimizationOptions options) : IEnumerable<long>
{
    /// <summary>How often it was begun.</summary>
    public int Epochs { get; private set; }

    public IEnumerator<long> GetEnumerator()
    {
        Epochs++;
        using var scope = torch.NewDisposeScope();
        using var generator = Randomness.Generator(options.Seed, Randomness.Order);
        long[] order = [];
        for (var epoch = 1; epoch <= Epochs; epoch++)
            order = torch.randperm(rows, ScalarType.Int64, torch.CPU, generator: generator).data<long>().ToArray();
        return order.AsEnumerable().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
