using System.Text;
using DeepBelief.Data;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Data;

public sealed class TableEncoderFileTests
{
    private static readonly TableEncoder Encoder = new(
        [
            new NumberColumn("größe \"cm\"", 1.0 / 3, 2.0 / 3),
            new NumberColumn("small", -30, double.Epsilon),
            new NumberColumn("large", 9007199254740993, 1e300) { OddTexts = ["unknown", "日本"] },
            new YesNoColumn("smoker", "no\t", "yes"),
            new CategoryColumn("city", ["Köln", "日本", "1", "x\u0000y"]),
        ],
        ["NA", "-999"]);

    [Fact]
    public void An_encoder_comes_back_from_its_file_as_it_was()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        Encoder.Save(folder.File("encoder.json"));
        var loaded = TableEncoder.Load(folder.File("encoder.json"));
        loaded.Columns.Should().Equal(Encoder.Columns);
        loaded.MissingMarkers.Should().Equal("NA", "-999");
        loaded.Width.Should().Be(8);
        folder.Files.Should().Equal("encoder.json");
        string?[][] rows = [["0.3", null, "1e17", "yes", "1"], ["-999", null, "-1e300", "no\t", "日本"], ["1", null, "unknown", "yes", "1"]];
        loaded.Warnings.Should().Equal(Encoder.Warnings).And.ContainSingle();
        Near.SameBits(loaded.Encode(rows).nan_to_num(7), Encoder.Encode(rows).nan_to_num(7)).Should().BeTrue();
    }

    [Fact]
    public void A_file_from_before_odd_texts_has_none()
    {
        using var folder = new TemporaryFolder();
        const string Json = "{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"number\",\"name\":\"a\",\"mean\":0,\"deviation\":2}]}";
        TableEncoder.Load(folder.Write("encoder.json", Encoding.UTF8.GetBytes(Json))).Columns.Should().Equal(new NumberColumn("a", 0, 2));
    }

    [Fact]
    public void A_wide_table_comes_back_as_well()
    {
        using var folder = new TemporaryFolder();
        var encoder = new TableEncoder(Enumerable.Range(0, 20_000).Select(i => new NumberColumn($"{i}", i, 1)));
        encoder.Save(folder.File("encoder.json"));
        TableEncoder.Load(folder.File("encoder.json")).Columns.Should().Equal(encoder.Columns);
    }

    [Theory]
    [InlineData("", "*expected JSON*")]
    [InlineData("PK\u0003\u0004", "*expected JSON*")]
    [InlineData("[]", "*expected a dictionary, found a list*")]
    [InlineData("{\"format\":\"Other\"}", "*file/format: expected 'DeepBelief', found 'Other'*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":2,\"model\":\"table encoder\",\"missing\":[],\"columns\":[]}", "*version: expected 1 to 1, found 2*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[]}", "*at least one column*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[1],\"columns\":[]}", "*missing[0]: expected a string, found 1*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"number\",\"name\":\"a\",\"mean\":0,\"deviation\":1e999}]}", "*deviation: expected a finite number more than 0*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"number\",\"name\":\"a\",\"mean\":0,\"deviation\":1,\"odd\":[\"2\"]}]}", "*no numbers, found '2'*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"yes or no\",\"name\":\"a\",\"no\":\"x\",\"yes\":\"x\"}]}", "*different texts*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"category\",\"name\":\"a\",\"categories\":[]}]}", "*at least one category*")]
    [InlineData("{\"format\":\"DeepBelief\",\"version\":1,\"model\":\"table encoder\",\"missing\":[],\"columns\":[{\"kind\":\"code\",\"name\":\"a\"}]}", "*columns[0]/kind: expected number, yes or no or category, found code*")]
    public void What_is_no_encoder_is_refused(string json, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("encoder.json", Encoding.UTF8.GetBytes(json));
        var load = () => TableEncoder.Load(path);
        load.Should().Throw<DataFormatException>().WithMessage($"{path}: {message}");
    }

    [Fact]
    public void A_file_too_large_for_any_encoder_is_refused_unread()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("encoder.json")))
            stream.SetLength(1L << 40);
        var load = () => TableEncoder.Load(folder.File("encoder.json"));
        load.Should().Throw<DataFormatException>().WithMessage("*at most*found 1099511627776*");
    }

    [Fact]
    public void Broken_files_are_loaded_or_refused_in_memory_that_their_size_bounds()
    {
        using var folder = new TemporaryFolder();
        Encoder.Save(folder.File("whole"));
        var mutator = new Mutator(new Random(1), [File.ReadAllBytes(folder.File("whole"))]);
        var (loaded, refused) = (0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = mutator.Next();
            var path = folder.Write("broken", bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                TableEncoder.Load(path).Columns.Should().NotBeEmpty();
                loaded++;
            }
            catch (DataFormatException e)
            {
                e.Message.Should().StartWith($"{path}: ").And.Contain("xpected").And.Contain("found");
                refused++;
            }

            (GC.GetAllocatedBytesForCurrentThread() - allocated).Should().BeLessThan((1 << 20) + (200L * bytes.Length), $"file {i}");
        }

        loaded.Should().BeGreaterThan(20);
        refused.Should().BeGreaterThan(1000);
    }
}
