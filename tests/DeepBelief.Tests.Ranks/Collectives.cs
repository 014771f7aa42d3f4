using System.Globalization;
using DeepBelief.Tensors;

namespace DeepBelief.Tests.Ranks;

/// <summary>Calls of all kinds, whose results the test compares with what they have to be.</summary>
internal static class Collectives
{
    public static void Run(IProcessGroup group, string folder)
    {
        using var scope = torch.NewDisposeScope();
        var lines = new List<string> { $"rank {group.Rank} of {group.Size}" };
        Sum("float32", torch.arange(1000, dtype: ScalarType.Float32) * (group.Rank + 1));
        Sum("float64", torch.arange(1000, dtype: ScalarType.Float64) * (group.Rank + 1));
        Sum("matrix", torch.arange(1000, dtype: ScalarType.Float32).reshape(20, 50) * (group.Rank + 1));
        // Not in order in memory: by way of a copy.
        Sum("strided", torch.arange(1000, dtype: ScalarType.Float32).reshape(20, 50).t() * (group.Rank + 1));
        Sum("columns", (torch.arange(1000, dtype: ScalarType.Float32).reshape(20, 50) * (group.Rank + 1)).narrow(1, 10, 20));
        Sum("large", torch.ones(3_000_000, ScalarType.Float32) * (group.Rank + 1));
        Sum("empty", torch.zeros(0, ScalarType.Float32));
        var numbers = torch.arange(10, dtype: ScalarType.Int64) * (group.Rank + 1);
        group.Broadcast(numbers, group.Size - 1);
        lines.Add(Text("broadcast", numbers.to(ScalarType.Float64)));
        var strided = (torch.arange(10, dtype: ScalarType.Float32) * (group.Rank + 1)).reshape(2, 5).t();
        group.Broadcast(strided, 0);
        lines.Add(Text("strided broadcast", strided));
        using var gathered = group.Gather(torch.full([group.Rank + 1L, 2], group.Rank, ScalarType.Float32));
        lines.Add($"gathered {string.Join(' ', gathered.data<float>().ToArray())}");
        group.Barrier();
        lines.Add(NullReference());
        try
        {
            group.AllReduce(torch.zeros(3, ScalarType.Int64));
        }
        catch (ArgumentException e)
        {
            lines.Add(e.Message);
        }

        File.WriteAllLines(Path.Combine(folder, $"collectives.{group.Rank}"), lines);

        void Sum(string name, Tensor tensor)
        {
            group.AllReduce(tensor);
            lines.Add(Text(name, tensor));
        }
    }

    /// <summary>A call that rank 1 makes with too few numbers, and one that all make alike, which can't go well after it.</summary>
    public static void OfOtherLengths(IProcessGroup group, string folder)
    {
        using var values = torch.zeros(group.Rank == 0 ? 1000 : 10, ScalarType.Float32);
        var ends = new List<string>();
        foreach (var call in new[] { () => group.Broadcast(values), group.Barrier })
        {
            try
            {
                call();
            }
            catch (GroupFailedException e)
            {
                ends.Add(e.Message);
            }
        }

        File.WriteAllLines(Path.Combine(folder, $"lengths.{group.Rank}"), ends);
    }

    private static string Text(string name, Tensor values)
        => string.Create(CultureInfo.InvariantCulture, $"{name} {values.to(ScalarType.Float64).sum().item<double>()} {(values.numel() > 0 ? values.reshape(-1)[-1].to(ScalarType.Float64).item<double>() : 0)}");

    // .NET makes exceptions of signals, which MPI must have left to it.
    private static string NullReference()
    {
        string? none = Environment.ProcessId > 0 ? null : string.Empty;
        try
        {
            return none!.Length.ToString(CultureInfo.InvariantCulture);
        }
        catch (NullReferenceException)
        {
            return "a null reference is an exception";
        }
    }
}
