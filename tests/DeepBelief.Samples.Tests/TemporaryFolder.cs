namespace DeepBelief.Samples.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("deepbelief-tests-");

    public string Path => folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all files in it, at any depth.</summary>
    public IEnumerable<string> Files => folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name);

    public void Dispose() => folder.Delete(recursive: true);
}
