using DeepBelief.Distributed.Tests.Support;
using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Distributed.Tests;

/// <summary>A file that one rank reads for all, in pieces.</summary>
public sealed class SharedFileTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(64)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void All_ranks_read_what_is_in_the_file(int pieceBytes)
    {
        using var scope = torch.NewDisposeScope();
        using var written = new MemoryStream();
        PtFile.Save(written, new Dictionary<string, object?> { ["text"] = "a text", ["numbers"] = torch.arange(200, dtype: ScalarType.Float64), ["bits"] = torch.ones(3, 5, ScalarType.Byte) });
        ThreadGroup.Run(3, group =>
        {
            var counting = new Counting(group);
            using var own = torch.NewDisposeScope();
            using var file = SharedFile.Open(counting, () => group.Rank == 0 ? new MemoryStream(written.ToArray()) : throw new InvalidOperationException(), pieceBytes)!;
            file.Length.Should().Be(written.Length);
            var content = (OrderedDictionary<object, object?>)PtFile.Load(file)!;
            content["text"].Should().Be("a text");
            ((Tensor)content["numbers"]!).data<double>().ToArray().Should().Equal(Enumerable.Range(0, 200).Select(i => (double)i));
            ((Tensor)content["bits"]!).data<byte>().ToArray().Should().Equal(Enumerable.Repeat((byte)1, 15));
            // The length takes 8.
            counting.Most.Should().BeInRange(1, Math.Max(8, pieceBytes));
            file.Position = file.Length - 1;
            file.ReadByte().Should().Be(written.ToArray()[^1]);
            file.ReadByte().Should().Be(-1);
        });
    }

    [Fact]
    public void There_may_be_none()
        => ThreadGroup.Run(2, group => SharedFile.Open(group, () => null) is null).Should().Equal(true, true);

    [Fact]
    public void A_checkpoint_is_read_in_pieces()
    {
        using var folder = new TemporaryFolder();
        using var data = Trained.Bits(20, 512);
        var checkpoint = new CheckpointOptions { Path = folder.File("checkpoint") };
        Train(epochs: 1);
        new FileInfo(checkpoint.Path).Length.Should().BeGreaterThan(2_000_000);
        Train(epochs: 2);

        void Train(int epochs) => ThreadGroup.Run(2, group =>
        {
            var counting = new Counting(group);
            using var rbm = Rbm.Bernoulli(512, 500);
            rbm.Fit(data, new() { Epochs = epochs, BatchSize = 10, Group = counting, Checkpoint = checkpoint with { AllowChanges = true } }).Epochs.Should().HaveCount(epochs);
            counting.Most.Should().BeLessThanOrEqualTo(1 << 20);
        });
    }

    [Fact]
    public void A_file_that_can_t_be_read_any_further_ends_the_run_on_all_ranks()
    {
        var ends = Trained.Ends(3, group => RunGroup.Run(group, own =>
        {
            using var file = SharedFile.Open(own!, () => new Broken(), pieceBytes: 100)!;
            var bytes = new byte[1000];
            file.ReadExactly(bytes);
            return bytes;
        }));
        ends[0].Should().BeOfType<IOException>();
        foreach (var other in ends.Skip(1))
            other.Should().BeOfType<GroupFailedException>().Which.Message.Should().Be("Rank 0 has ended the run: IOException: the disk is gone");
    }

    /// <summary>A file on a disk that is gone after some reads.</summary>
    private sealed class Broken() : MemoryStream(new byte[1000])
    {
        public override int Read(Span<byte> buffer) => Position >= 300 ? throw new IOException("the disk is gone") : base.Read(buffer);
    }
}
