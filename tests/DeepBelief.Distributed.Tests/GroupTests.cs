using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;

namespace DeepBelief.Distributed.Tests;

public sealed class GroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Threads_have_the_sum_the_root_s_values_and_all_rows(int ranks)
    {
        var sumOfRanks = ranks * (ranks + 1) / 2;
        ThreadGroup.Run(ranks, group =>
        {
            using var scope = torch.NewDisposeScope();
            group.Size.Should().Be(ranks);
            foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                var values = torch.arange(6, dtype: dtype).reshape(2, 3).t() * (group.Rank + 1);
                group.AllReduce(values);
                values.Equals(torch.arange(6, dtype: dtype).reshape(2, 3).t() * sumOfRanks).Should().BeTrue();
            }

            var numbers = torch.arange(4, dtype: ScalarType.Int64) * group.Rank;
            group.Broadcast(numbers, ranks - 1);
            numbers.Equals(torch.arange(4, dtype: ScalarType.Int64) * (ranks - 1)).Should().BeTrue();
            var rows = group.Gather(torch.full([group.Rank + 1L, 2], group.Rank, ScalarType.Float32));
            rows.data<float>().ToArray().Should().Equal(Enumerable.Range(0, ranks).SelectMany(rank => Enumerable.Repeat((float)rank, 2 * (rank + 1))));
            group.Barrier();
        });
    }

    [Theory]
    [InlineData(10, 3, new long[] { 4, 3, 3 })]
    [InlineData(6, 3, new long[] { 2, 2, 2 })]
    [InlineData(2, 3, new long[] { 1, 1, 0 })]
    [InlineData(0, 2, new long[] { 0, 0 })]
    public void Shares_add_up(long count, int ranks, long[] shares)
        => ThreadGroup.Run(ranks, group => group.ShareOf(count)).Should().Equal(shares);

    [Fact]
    public void Results_come_in_the_order_of_the_ranks()
        => ThreadGroup.Run(4, group => group.Rank).Should().Equal(0, 1, 2, 3);

    [Fact]
    public void A_rank_that_fails_ends_the_others()
    {
        string[] ends = ["", "", ""];
        var run = () => ThreadGroup.Run(3, group =>
        {
            if (group.Rank == 1)
                throw new IOException("the disk is gone");
            try
            {
                group.Barrier();
            }
            catch (GroupFailedException e)
            {
                ends[group.Rank] = e.Message;
                throw;
            }
        });
        run.Should().Throw<IOException>().WithMessage("the disk is gone");
        ends[0].Should().Be("Rank 1 has failed. IOException: the disk is gone").And.Be(ends[2]);
    }

    [Fact]
    public void A_rank_that_does_not_come_ends_the_others_in_time()
    {
        using var late = new ManualResetEventSlim();
        var run = () => ThreadGroup.Run(
            2,
            group =>
            {
                if (group.Rank == 1)
                {
                    late.Wait();
                    return;
                }

                try
                {
                    group.Barrier();
                }
                finally
                {
                    late.Set();
                }
            },
            TimeSpan.FromSeconds(0.2));
        run.Should().Throw<GroupFailedException>().WithMessage("Rank 0 of 2 has waited 00:00:00.2000000 for the other ranks.");
    }

    [Fact]
    public void Ranks_that_do_different_things_are_told()
    {
        var run = () => ThreadGroup.Run(2, group =>
        {
            using var values = torch.zeros(group.Rank + 1L);
            group.AllReduce(values);
        });
        run.Should().Throw<GroupFailedException>().WithMessage("Rank * has come for a sum of Float32 [*], another rank for a sum of Float32 [*].");
    }

    [Fact]
    public void A_call_that_fails_ends_all_ranks()
    {
        string[] ends = ["", ""];
        ThreadGroup.Run(2, group =>
        {
            using var scope = torch.NewDisposeScope();
            // Elements that share memory can't be written to.
            var values = group.Rank == 0 ? torch.zeros(1).expand(3) : torch.zeros(3);
            var sum = () => group.AllReduce(values);
            ends[group.Rank] = sum.Should().Throw<GroupFailedException>().Which.Message;
            var later = () => group.Barrier();
            later.Should().Throw<GroupFailedException>().WithMessage(ends[group.Rank]);
        });
        ends[0].Should().Match("The ranks have come for a sum of Float32 [3], which has failed. *Exception: *").And.Be(ends[1]);
    }

    [Fact]
    public void A_number_alone_is_no_row()
        => ThreadGroup.Run(2, group =>
        {
            using var number = torch.tensor(1f);
            var gather = () => group.Gather(number);
            gather.Should().Throw<ArgumentException>().WithMessage("Expected rows, found a single number.*").WithParameterName("rows");
        });

    [SkippableFact]
    public void An_error_of_MPI_is_that_of_all_later_calls()
    {
        using var folder = new TemporaryFolder();
        using var run = Mpirun.Start(folder, 2, "lengths");
        _ = run.End();
        var ends = File.ReadAllLines(folder.File("lengths.1"));
        ends.Should().HaveCount(2);
        ends[0].Should().StartWith("Rank 1 of 2: MPI_Bcast failed: ").And.Be(ends[1]);
    }

    [Fact]
    public void Ranks_with_other_versions_are_refused()
    {
        var run = () => ThreadGroup.Run(2, group => group.Agree(
            new Dictionary<string, string> { ["DeepBelief"] = group.Rank == 0 ? "1.0" : "1.1", ["torch"] = "2.10", [group.Rank == 0 ? "a" : "b"] = "x" },
            "options"));
        run.Should().Throw<ArgumentException>().WithParameterName("options")
            .WithMessage("Expected the same on all ranks of the group, found DeepBelief: 1.0 on rank 0, 1.1 on rank 1; a: x on rank 0, none on rank 1; b: none on rank 0, x on rank 1.*");
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Processes_have_the_sum_the_root_s_values_and_all_rows(int ranks)
    {
        using var folder = new TemporaryFolder();
        using var run = Mpirun.Start(folder, ranks, "collectives");
        var (code, text) = run.End();
        code.Should().Be(0, text);
        var sum = ranks * (ranks + 1) / 2;
        for (var rank = 0; rank < ranks; rank++)
        {
            File.ReadAllLines(folder.File($"collectives.{rank}")).Should().Equal(
                $"rank {rank} of {ranks}",
                $"float32 {499_500 * sum} {999 * sum}",
                $"float64 {499_500 * sum} {999 * sum}",
                $"matrix {499_500 * sum} {999 * sum}",
                $"strided {499_500 * sum} {999 * sum}",
                // Columns 10 to 29 of [20, 50].
                $"columns {Enumerable.Range(0, 20).Sum(row => Enumerable.Range(10, 20).Sum(column => (row * 50) + column)) * sum} {979 * sum}",
                $"large {3_000_000 * sum} {sum}",
                "empty 0 0",
                $"broadcast {45 * ranks} {9 * ranks}",
                "strided broadcast 45 9",
                $"gathered {string.Join(' ', Enumerable.Range(0, ranks).SelectMany(other => Enumerable.Repeat(other, 2 * (other + 1))))}",
                "a null reference is an exception",
                "Expected elements of type Float32 or Float64, found Int64. (Parameter 'tensor')");
        }
    }
}
