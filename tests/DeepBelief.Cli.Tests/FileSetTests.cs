using System.Text;
using DeepBelief.Cli.Data;
using DeepBelief.Tests.Support;

namespace DeepBelief.Cli.Tests;

/// <summary>Files that belong together are all new, or all as they were.</summary>
public sealed class FileSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_files_are_replaced_and_those_that_are_not_to_be_there_are_gone()
    {
        Put("a", "old a");
        Put("b", "old b");
        Put("c", "old c");
        FileSet.Write((folder.File("a"), Text("new a")), (folder.File("b"), null), (folder.File("c"), Text("new c")), (folder.File("d"), Text("new d")));
        Contents().Should().BeEquivalentTo(["a: new a", "c: new c", "d: new d"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_that_cannot_be_written_leaves_all_as_they_were(int broken)
    {
        string[] names = ["a", "b", "c"];
        Put("a", "old a");
        Put("b", "old b");
        var write = () => FileSet.Write([.. names.Index().Select(file => (folder.File(file.Item), (Action<Stream>?)(file.Index == broken ? Full : Text("new"))))]);
        write.Should().Throw<IOException>().WithMessage("The disk is full.");
        Contents().Should().BeEquivalentTo(["a: old a", "b: old b"]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void A_name_that_cannot_be_taken_leaves_all_as_they_were(string taken)
    {
        string[] names = ["a", "b", "c"];
        foreach (var name in names.Where(name => name != taken))
            Put(name, $"old {name}");
        Directory.CreateDirectory(folder.File(taken));
        var write = () => FileSet.Write([.. names.Select(name => (folder.File(name), (Action<Stream>?)Text("new")))]);
        write.Should().Throw<Exception>().Which.Should().Match(e => e is IOException || e is UnauthorizedAccessException);
        Contents().Should().BeEquivalentTo(names.Where(name => name != taken).Select(name => $"{name}: old {name}"));
    }

    private static Action<Stream> Text(string text) => stream => stream.Write(Encoding.UTF8.GetBytes(text));

    private static void Full(Stream stream)
    {
        stream.WriteByte(1);
        throw new IOException("The disk is full.");
    }

    private void Put(string name, string text) => File.WriteAllText(folder.File(name), text);

    private IEnumerable<string> Contents() => folder.Files.Select(name => $"{name}: {File.ReadAllText(folder.File(name))}");
}
