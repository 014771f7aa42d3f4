namespace DeepBelief.Package.Tests;

/// <summary>The copy of TorchSharp's native library that an application gets.</summary>
internal static class AdaptedLibrary
{
    /// <summary>Checks that a file is the package's, but for the bit that makes a symbol version weak.</summary>
    public static void ShouldDifferInItsFlagAlone(string path)
    {
        var original = File.ReadAllBytes(BuildInfo.NativeLibrary);
        var adapted = File.ReadAllBytes(path);
        adapted.Should().HaveSameCount(original);
        Enumerable.Range(0, original.Length).Where(at => original[at] != adapted[at])
            .Select(at => (original[at], adapted[at])).Should().Equal(((byte)0, (byte)2));
    }
}
