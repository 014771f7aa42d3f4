using DeepBelief.Files;
using System.IO.Compression;
using DeepBelief.Data;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Data;

public sealed class DataTests
{
    [Fact]
    public void Trial_data_has_two_kinds_of_rows_in_random_order()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        data.shape.Should().Equal(2000, 10);
        Enumeration.Read(data).Should().OnlyContain(x => x == 0 || x == 1);
        // The sum of a row is binomial: mean 7.5 or 2.5, variance 1.875, so over both kinds mean 5 and variance 8.125.
        var sums = Enumeration.Read(data.sum(1));
        sums.Average().Should().BeApproximately(5, 5 * Math.Sqrt(8.125 / 2000));
        sums.Average(s => (s - 5) * (s - 5)).Should().BeApproximately(8.125, 0.8);
        // In order, the first half would average 7.5.
        sums.Take(1000).Average().Should().BeApproximately(5, 0.5);
    }

    [Fact]
    public void Trial_data_follows_its_seed()
    {
        using var scope = torch.NewDisposeScope();
        Near.SameBits(TrialDataset.Create(seed: 1), TrialDataset.Create(seed: 1)).Should().BeTrue();
        Near.SameBits(TrialDataset.Create(seed: 1), TrialDataset.Create(seed: 2)).Should().BeFalse();
        TrialDataset.Create(seed: 1, rowsPerKind: 3, bits: 4).shape.Should().Equal(6, 4);
        var none = () => TrialDataset.Create(rowsPerKind: 0);
        none.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Binarizing_compares_with_the_threshold_or_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.tensor(new[] { 0f, 0.2f, 0.4f, 1f });
        values.Binarize().ShouldBeNear([0, 0, 0, 1], 0);
        values.Binarize(0.1).ShouldBeNear([0, 1, 1, 1], 0);
        values.Binarize(0.2f).ShouldBeNear([0, 0, 1, 1], 0);
        var integers = () => torch.tensor(new[] { 0L, 255L }).Binarize();
        integers.Should().Throw<ArgumentException>().WithMessage("*Int64*");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_files_are_read_plain_and_compressed(bool compressed)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var images = folder.Write("images", Packed([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 102, 0, 204], compressed));
        var labels = folder.Write("labels", Packed([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9], compressed));
        var pixels = IdxFile.ReadImages(images);
        pixels.shape.Should().Equal(2, 3);
        pixels.ShouldBeNear([0, 0.2, 1, 0.4, 0, 0.8], 1e-7);
        IdxFile.ReadLabels(labels).data<long>().ToArray().Should().Equal(7, 0, 9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_idx_file_cut_short_anywhere_is_refused(bool compressed)
    {
        using var folder = new TemporaryFolder();
        var whole = Packed([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], compressed);
        // A gzip file ends with marks and checksums that the framework's reader does not insist on: the data is whole then.
        for (var length = 0; length < whole.Length - (compressed ? 10 : 0); length++)
        {
            var path = folder.Write("cut", whole[..length]);
            var read = () => IdxFile.ReadImages(path);
            read.Should().Throw<DataFormatException>($"only {length} bytes are there").WithMessage($"{path}*expected*");
        }
    }

    [Fact]
    public void Files_of_another_kind_are_refused_with_what_was_expected_and_found()
    {
        using var folder = new TemporaryFolder();
        Refused([1, 2, 3, 4, 5], "*00 00 08*01020304*");
        Refused([0, 0, 8, 1, 0, 0, 0, 1, 5], "*3 dimensions*1*");
        Refused([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6], "*1 bytes*2*");
        Refused([0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 5], "*");

        void Refused(byte[] bytes, string message)
        {
            var path = folder.Write("other", bytes);
            var read = () => IdxFile.ReadImages(path);
            read.Should().Throw<DataFormatException>().WithMessage(message);
        }
    }

    private static byte[] Packed(byte[] bytes, bool compress)
    {
        if (!compress)
            return bytes;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
