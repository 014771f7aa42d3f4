namespace DeepBelief.Samples.Mnist.Data;

/// <summary>The folder in which fetched files are kept for the next run.</summary>
internal static class MnistCache
{
    /// <summary><c>mnist</c> in <see cref="Root"/>.</summary>
    public static string DefaultFolder() => Path.Combine(Root(), "mnist");

    /// <summary>
    /// <c>DeepBelief</c> in XDG_CACHE_HOME or the local application data; where neither is known (a service
    /// without a home), in the temporary folder.
    /// </summary>
    public static string Root()
    {
        var candidates = new[]
        {
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME"),
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        };
        // The XDG convention has relative paths ignored.
        var parent = candidates.FirstOrDefault(path => path is not null && Path.IsPathFullyQualified(path)) ?? Path.GetTempPath();
        return Path.Combine(parent, "DeepBelief");
    }
}
