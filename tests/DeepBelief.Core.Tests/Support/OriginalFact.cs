namespace DeepBelief.Tests.Support;

/// <summary>
/// A test that runs the Python original's own code: it needs a Python with torch, and in the environment variable
/// DEEPBELIEF_ORIGINAL a folder with a copy of it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OriginalFactAttribute : FactAttribute
{
    public OriginalFactAttribute()
    {
        if (!File.Exists(Path.Combine(Folder ?? "", "RBM.py")) || !Python.Available)
            Skip = "Needs a Python with torch, and the original's folder in DEEPBELIEF_ORIGINAL.";
    }

    public static string? Folder => Environment.GetEnvironmentVariable("DEEPBELIEF_ORIGINAL");
}
