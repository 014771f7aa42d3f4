using System.Text;
using DeepBelief.Files;

namespace DeepBelief.Tensors;

/// <summary>Divides work among the ranks of an <see cref="IProcessGroup"/>, and puts the results together.</summary>
/// <example>Samples of a model, some from each rank:<code>
/// using var generator = new Generator(100UL + (ulong)group.Rank);
/// using var own = rbm.Sample(group.ShareOf(1000), steps: 1000, generator: generator);
/// using var all = group.Gather(own);      // [1000, visible], on every rank
/// </code></example>
public static class ProcessGroups
{
    /// <summary>The number of items that are this rank's, of so many: as many as another rank's, or one more.</summary>
    /// <param name="group">The group.</param>
    /// <param name="count">Number of items of all ranks, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static long ShareOf(this IProcessGroup group, long count)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Range(group, count).Count;
    }

    /// <summary>Returns the rows of all ranks, one below the other, in the order of the ranks.</summary>
    /// <param name="group">The group.</param>
    /// <param name="rows">This rank's rows, <c>[rows, ..]</c>; each rank may have another number of them, 0 or more.</param>
    /// <returns>A new tensor, the same on every rank.</returns>
    /// <exception cref="ArgumentException">The tensor has no rows: it is a single number; or rows of ranks differ in shape or type.</exception>
    /// <exception cref="GroupFailedException">Another rank is gone, did not come in time, or has failed.</exception>
    public static Tensor Gather(this IProcessGroup group, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(group);
        return RunGroup.Run(group, ranks => Together(ranks!, rows));
    }

    /// <summary>Where the items that are this rank's are, of so many.</summary>
    internal static (long Start, long Count) Range(IProcessGroup group, long count)
    {
        var start = Start(group.Rank);
        return (start, Start(group.Rank + 1) - start);

        long Start(int rank) => count / group.Size * rank + Math.Min(rank, count % group.Size);
    }

    private static Tensor Together(RunGroup group, Tensor rows)
    {
        Guard.Dense(rows);
        if (rows.dim() == 0)
            throw new ArgumentException("Expected rows, found a single number. With unsqueeze(0) it is a row.", nameof(rows));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Rows of another length or type would be taken for as much memory.
        group.Agree(new Dictionary<string, string> { ["a row"] = $"{rows.dtype} [{string.Join(", ", rows.shape[1..])}]" }, nameof(rows));
        var counts = torch.zeros(group.Size, ScalarType.Float64, torch.CPU);
        _ = counts.narrow(0, group.Rank, 1).Fill(rows.shape[0]);
        group.AllReduce(counts);
        var parts = new Tensor[group.Size];
        foreach (var (rank, count) in counts.data<double>().ToArray().Index())
        {
            parts[rank] = rank == group.Rank ? rows.detach().contiguous() : torch.empty([(long)count, .. rows.shape[1..]], rows.dtype, rows.device);
            group.Broadcast(parts[rank], rank);
        }

        return torch.cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>The bytes of one rank, on all; null where that rank has none.</summary>
    internal static byte[]? BroadcastBytes(this IProcessGroup group, byte[]? bytes, int root)
    {
        using var scope = torch.NewDisposeScope();
        var length = torch.empty(1, ScalarType.Int64, torch.CPU);
        if (group.Rank == root)
            _ = length.Fill(bytes?.Length ?? -1);
        group.Broadcast(length, root);
        var count = length.item<long>();
        if (count <= 0)
            return count < 0 ? null : [];
        var values = torch.empty(count, ScalarType.Byte, torch.CPU);
        var result = group.Rank == root ? bytes! : new byte[count];
        if (group.Rank == root)
            Copy(toTensor: true);
        group.Broadcast(values, root);
        if (group.Rank != root)
            Copy(toTensor: false);
        return result;

        void Copy(bool toTensor)
        {
            var at = 0;
            TensorBytes.ForEachPiece(values, piece =>
            {
                var own = result.AsSpan(at, piece.Length);
                if (toTensor)
                    own.CopyTo(piece);
                else
                    piece.CopyTo(own);
                at += piece.Length;
            });
        }
    }

    /// <summary>The text of the first rank that has one, and that rank; null if none has.</summary>
    internal static (int Rank, string Text)? FirstText(this IProcessGroup group, string? own)
    {
        using var scope = torch.NewDisposeScope();
        var have = torch.zeros(group.Size, ScalarType.Float32, torch.CPU);
        if (own is not null)
            _ = have.narrow(0, group.Rank, 1).Fill(1);
        group.AllReduce(have);
        var first = Array.FindIndex(have.data<float>().ToArray(), one => one > 0);
        return first < 0 ? null : (first, Encoding.UTF8.GetString(group.BroadcastBytes(own is null ? null : Encoding.UTF8.GetBytes(own), first)!));
    }

    /// <summary>Throws on all ranks, naming the differences, unless all have the same texts as rank 0.</summary>
    /// <param name="group">The group.</param>
    /// <param name="own">What has to be the same, by name.</param>
    /// <param name="name">The argument that the exception names.</param>
    internal static void Agree(this IProcessGroup group, IReadOnlyDictionary<string, string> own, string name)
    {
        const char End = '\0';
        var texts = Encoding.UTF8.GetBytes(string.Join(End, own.Select(entry => $"{entry.Key}{End}{entry.Value}")));
        string[] first = Encoding.UTF8.GetString(group.BroadcastBytes(texts, root: 0)!).Split(End);
        var theirs = first.Chunk(2).ToDictionary(entry => entry[0], entry => entry[1]);
        var differences = theirs.Keys.Union(own.Keys)
            .Select(key => (Key: key, First: theirs.GetValueOrDefault(key, "none"), Own: own.GetValueOrDefault(key, "none")))
            .Where(entry => entry.First != entry.Own)
            .Select(entry => $"{entry.Key}: {entry.First} on rank 0, {entry.Own} on rank {group.Rank}")
            .ToList();
        if (group.FirstText(differences.Count == 0 ? null : string.Join("; ", differences)) is (_, var text))
            throw new ArgumentException($"Expected the same on all ranks of the group, found {text}.", name);
    }
}
