using System.Text;
using DeepBelief.Files;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>What a file is taken for.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("x.pt", "Expected the bytes of a PyTorch file*found")]
    [InlineData("X.PTH", "Expected the bytes of a PyTorch file*found")]
    [InlineData("x.npy", "Expected the bytes of an .npy file, found")]
    [InlineData("x.npz", "Expected the bytes of an .npz file (a zip archive), found")]
    [InlineData("x.safetensors", "Expected the bytes of * safetensors file, found")]
    [InlineData("x.idx", "Array: expected an IDX file*found")]
    [InlineData("x.idx.gz", "Array: expected an IDX file*found")]
    [InlineData("x-ubyte", "Array: expected an IDX file*found")]
    [InlineData("x.onnx", "Expected text, or a file of tensors (*), found the name of an ONNX file, which 'convert' writes, and does not read.")]
    public void Content_that_says_nothing_is_judged_by_the_name_of_the_file(string name, string message)
    {
        var path = folder.File(name);
        using var rbm = Rbm.Bernoulli(3, 2);
        rbm.Save(folder.File("model"));
        var random = new byte[200];
        new Random(7).NextBytes(random);
        foreach (var content in new[] { [], random, "version 1\nof, a, pointer\n"u8.ToArray() })
        {
            File.WriteAllBytes(path, content);
            foreach (var command in new string[][] { ["info", path], ["score", folder.File("model"), path], ["fit", "rbm", path, "-o", folder.File("y.pt")], ["convert", path, folder.File("y.npy")] })
            {
                CliRun.Fails(1, $"error: {path}: {message}*\n", command);
                CliRun.Any(command).Error.Should().NotContain("line").And.NotContain("CSV");
            }
        }

        // Where it does say what it is, its name is of no account.
        NpyFile.Save(path, torch.zeros(2, 3));
        CliRun.Of("info", path).Output.Should().Be($"{path}: .npy\narray: float32 [2, 3]\n");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_not_read_as_a_table()
    {
        File.WriteAllBytes(folder.File("x"), [.. "a,b"u8, 0, 1, 2]);
        CliRun.Fails(1, "error: *x: Expected text, or the bytes of a file of tensors (.npy, *), found 6 that begin with 612C62000102 ('a,b...').\n", "info", folder.File("x"));
        CliRun.Fails(1, "error: *x.json: config: expected JSON*", "info", Text("x.json", "a,b\n1,2\n", Encoding.UTF8));
        CliRun.Fails(1, "error: *x.json: Expected text, or a file of tensors (*), found the name of a JSON file.\n", "fit", "rbm", folder.File("x.json"), "-o", folder.File("y.pt"));

        // In UTF-16 all letters of English have zeros.
        CliRun.Of("info", Text("marked", "a,b\n1,2\n", Encoding.Unicode)).Output.Should().Contain("1 rows, 2 columns");
        CliRun.Of("info", Text("plain", "a,b\n1,2\n", new UnicodeEncoding(bigEndian: false, byteOrderMark: false)), "--encoding", "utf-16").Output.Should().Contain("1 rows, 2 columns");
    }

    private string Text(string name, string text, Encoding encoding)
    {
        File.WriteAllText(folder.File(name), text, encoding);
        return folder.File(name);
    }
}
