using System.Diagnostics;
using DeepBelief.Files;
using static DeepBelief.Tests.Support.OldPtFiles;

namespace DeepBelief.Tests.Files;

/// <summary>NumPy's arrays and scalars in pickles that were made to do harm, in files of every format.</summary>
public sealed class HostileNumpyTests
{
    private const string Half = "cnumpy\ndtype\nU\u0002f2\u0085R";

    [Theory]
    [InlineData("U\u0002O8", "*O8*pickled objects of Python, which are never read*")]
    [InlineData("U\u0003U10", "*U10, texts*")]
    [InlineData("U\u0003S10", "*S10, texts*")]
    [InlineData("U\u0003c16", "*c16, complex numbers*")]
    [InlineData("U\u0002M8", "*M8, dates or times*")]
    [InlineData("U\u0002V8", "*V8, records*")]
    [InlineData("U\u0003f16", "*f16, floating-point numbers of another size*")]
    [InlineData("U\u0000", "*something else*")]
    [InlineData("U\u0003<<f", "*<<f*")]
    public void Arrays_and_scalars_of_other_things_are_refused_by_what_they_are(string code, string message)
    {
        var type = $"cnumpy\ndtype\n{code}\u0085R";
        Refused(Array($"K\u0001\u0085", type, "U\u0002ab"), message);
        Refused($"cnumpy.core.multiarray\nscalar\n{type}U\u0002ab\u0086R.", message);
    }

    [Theory]
    [InlineData("K\u0002\u0085", "U\u0002ab", "*expected 4 bytes for a NumPy array of Float16 [2], found 2*")]
    [InlineData("K\u0000\u0085", "U\u0002ab", "*expected 0 bytes*found 2*")]
    [InlineData(")", "U\u0000", "*expected 2 bytes*found 0*")]
    [InlineData("J\u00ff\u00ff\u00ff\u00ff\u0085", "U\u0002ab", "*sizes of 0 or more, found [-1]*")]
    [InlineData("(\u008a\u0008\0\0\0\0\0\0\0\u0040\u008a\u0008\0\0\0\0\0\0\0\u0040t", "U\u0002ab", "*number of bytes of 63 bits*")]
    [InlineData("N\u0085", "U\u0002ab", "*expected integers as the shape*")]
    [InlineData("K\u0001\u0085", "K\u0001", "*expected the bytes of a NumPy array or scalar, found 1*")]
    [InlineData("K\u0001\u0085", "](U\u0001aU\u0001be", "*expected the bytes of a NumPy array or scalar, found a list*")]
    public void Bytes_that_are_not_those_of_the_shape_are_refused(string shape, string bytes, string message)
        => Refused(Array(shape, Half, bytes), message);

    [Theory]
    [InlineData("cnumpy\ndtype\nU\u0002f2\u0085R(K\u0003U\u0001?tb.", "*expected the order of the bytes*")]
    [InlineData("cnumpy\ndtype\nU\u0002f2\u0085RNb.", "*expected attributes*something else*")]
    [InlineData("cnumpy\ndtype\nU\u0002f2\u0085R.", "*bare name*")]
    [InlineData("cnumpy\ndtype\n)R.", "*expected the arguments of numpy.dtype*")]
    [InlineData("cnumpy\nndarray\n.", "*bare name*")]
    [InlineData("cnumpy\nndarray\n)R.", "*expected the arguments of numpy.ndarray*")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\u0085R.", "*bare name*")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\u0085R(K\u0001)Ntb.", "*expected version, shape, type, order and bytes*")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\n\u0085R.", "*expected the arguments of*_reconstruct*")]
    [InlineData("cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002f2\u0085RU\u0001a\u0086R.", "*expected 2 bytes for a NumPy scalar of Float16, found 1*")]
    [InlineData("cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002b1\u0085RU\u0001a\u0086R.", "*expected a boolean of 0 or 1, found 97*")]
    [InlineData("cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002u8\u0085RB\u0008\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0086R.", "*expected an integer of at most 63 bits, found 18446744073709551615*")]
    [InlineData("c_codecs\nencode\nX\u0003\0\0\0\u00e2\u0082\u00acU\u0006latin1\u0086R.", "*expected characters of Latin-1*U+20ac*")]
    [InlineData("c_codecs\nencode\nU\u0001aU\u0005rot13\u0086R.", "*expected the arguments of _codecs.encode*")]
    [InlineData("ctorch\ndevice\nK\u0001\u0085R.", "*expected the arguments of torch.device*")]
    [InlineData("B\u00ff\u00ff\u00ff\u00ffab.", "*expected 4294967295 more bytes*")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffab.", "*expected -1 more bytes*")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ffab.", "*expected -1 more bytes*")]
    [InlineData("ccollections\nOrderedDict\n](Ne\u0085R.", "*expected pairs of a key and a value*")]
    [InlineData("ccollections\nOrderedDict\n](NN\u0086e\u0085R.", "*expected a string or a number as a key*")]
    [InlineData("]q\0(h\0e\u0091.", "*expected a mark*")]
    public void Parts_that_are_missing_or_of_another_kind_are_refused(string pickle, string message) => Refused(pickle, message);

    [Fact]
    public void A_list_that_holds_an_array_before_its_bytes_are_there_is_refused()
        => Refused($"]cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\u0085Rq\0ah\0(K\u0001K\u0001\u0085{Half}\u0089U\u0002abtb0.", "*bare name*");

    // A few bytes each, which name the same array, text or pairs again and again.
    [Theory]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\nq\u0001cnumpy\nndarray\n\u0085q\u0002", "h\u0001h\u0002Rh\0b", "*in the pickle once each*")]
    [InlineData("c_codecs\nencode\nq\u0001h\u0003U\u0006latin1\u0086q\u0002", "h\u0001h\u0002R", "*in the pickle once each*")]
    [InlineData("ccollections\nOrderedDict\nq\u0001h\u0004\u0085q\u0002", "h\u0001h\u0002R", "*at most 1048576*")]
    public void What_a_few_bytes_make_again_and_again_is_refused(string begin, string again, string message)
    {
        const int Length = 10_000;
        var text = $"T{(char)(Length & 0xff)}{(char)(Length >> 8)}\0\0{new string('a', Length)}q\u0003";
        var state = $"(K\u0001M{(char)((Length / 2) & 0xff)}{(char)((Length / 2) >> 8)}\u0085{Half}\u0089h\u0003tq\0";
        var pairs = $"]({string.Concat(Enumerable.Range(0, 5000).Select(i => $"K{(char)(i % 256)}N\u0086"))}eq\u0004";
        var pickle = $"({text}{state}{pairs}{begin}{string.Concat(Enumerable.Repeat(again, 20_000))}t.";
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(pickle, message);
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(200L * pickle.Length);
    }

    private static string Array(string shape, string type, string bytes)
        => $"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085U\u0001b\u0087R(K\u0001{shape}{type}\u0089{bytes}tb.";

    private static void Refused(string pickle, string message)
    {
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var zip = new MemoryStream();
        var archive = new ZipWriter(zip);
        archive.Write("x/data.pkl", Latin1(pickle));
        archive.Finish();
        foreach (var file in new[] { zip.ToArray(), Stream(pickle, "]."), Tar(pickle, "K\0."u8.ToArray(), "K\0.]."u8.ToArray()) })
        {
            var load = () => PtFile.Load(new MemoryStream(file));
            load.Should().Throw<DataFormatException>().WithMessage(message);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(alive);
    }
}
