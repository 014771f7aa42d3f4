using DeepBelief.Tensors;

namespace DeepBelief.Distributed.Tests.Support;

/// <summary>Data for the tests, and the parameters that training leaves.</summary>
internal static class Trained
{
    /// <summary>Bits with some structure, the same at each call.</summary>
    public static Tensor Bits(long rows, long columns, ScalarType dtype = ScalarType.Float32, ulong seed = 5)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(seed);
        var half = torch.rand([rows, (columns + 1) / 2], generator: generator).round();
        return torch.cat([half, half], 1).narrow(1, 0, columns).contiguous().to(dtype).DetachFromDisposeScope();
    }

    /// <summary>Classes that the first two columns of bits give.</summary>
    public static Tensor Labels(Tensor bits) => (bits.select(1, 0) + (bits.select(1, 1) * 2)).to(ScalarType.Int64);

    /// <summary>Runs a program in a process of its own and on each rank of a group, and compares the parameters of the models that it returns.</summary>
    public static void CompareWithAlone(int ranks, Func<IProcessGroup?, torch.nn.Module> train, double tolerance)
    {
        var alone = Parameters(train(null));
        var together = ThreadGroup.Run(ranks, group => Parameters(train(group)));
        BeSameBits(together);
        for (var i = 0; i < alone.Length; i++)
            Distance(together[0][i], alone[i]).Should().BeLessThan(tolerance, $"parameter {i}");
    }

    /// <summary>Copies of a model's parameters, which dispose of the model.</summary>
    public static Tensor[] Parameters(torch.nn.Module model)
    {
        using (model)
            return [.. model.parameters().Select(parameter => parameter.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>What each rank threw; null if nothing.</summary>
    public static Exception?[] Ends(int ranks, Action<IProcessGroup> program)
    {
        var ends = new Exception?[ranks];
        ThreadGroup.Run(ranks, group =>
        {
            try
            {
                program(group);
            }
            catch (Exception e)
            {
                ends[group.Rank] = e;
            }
        });
        return ends;
    }

    public static void BeSameBits(IReadOnlyList<Tensor[]> ofRanks)
    {
        foreach (var other in ofRanks.Skip(1))
            AreSame(other, ofRanks[0]).Should().BeTrue();
    }

    public static bool AreSame(Tensor[] some, Tensor[] others) => some.Zip(others).All(pair => pair.First.bytes.SequenceEqual(pair.Second.bytes));

    public static double Distance(Tensor some, Tensor other) => (some - other).abs().max().to(ScalarType.Float64).item<double>();
}
