namespace DeepBelief.Samples.Data;

/// <summary>The folder in which files are kept for the next run.</summary>
public static class UserCache
{
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
