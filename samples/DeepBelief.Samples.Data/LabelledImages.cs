using TorchSharp;

namespace DeepBelief.Samples.Data;

/// <summary>Images and their labels, which it owns.</summary>
/// <param name="Images"><c>[rows, 784]</c>.</param>
/// <param name="Labels"><c>[rows]</c>.</param>
public sealed record LabelledImages(torch.Tensor Images, torch.Tensor Labels) : IDisposable
{
    public long Count => Images.shape[0];

    /// <summary>Neighbours, in the same memory.</summary>
    public LabelledImages Part(long start, long count)
        => new(Images.narrow(0, start, count).DetachFromDisposeScope(), Labels.narrow(0, start, count).DetachFromDisposeScope());

    /// <summary>As many images of each class, at random; each in one copy. The order is by class.</summary>
    /// <param name="perClass">How many of each.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <exception cref="InvalidDataException">A class has fewer images.</exception>
    public LabelledImages Balanced(int perClass, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)seed);
        var labels = Labels.cpu().data<long>().ToArray();
        var order = torch.randperm(labels.Length, torch.ScalarType.Int64, generator: generator).data<long>().ToArray();
        var chosen = new List<long>();
        foreach (var classRows in order.GroupBy(row => labels[row]).OrderBy(rows => rows.Key))
        {
            var rows = classRows.Take(perClass).ToList();
            if (rows.Count < perClass)
                throw new InvalidDataException($"Expected at least {perClass} images of class {classRows.Key}, found {rows.Count}.");
            chosen.AddRange(rows);
        }

        var index = torch.tensor(chosen.ToArray()).to(Images.device);
        return new(Images.index_select(0, index).DetachFromDisposeScope(), Labels.index_select(0, index).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
