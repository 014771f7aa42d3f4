namespace DeepBelief.Tests.Support;

/// <summary>A test that needs a Python with torch; skipped, visibly, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (!Python.Available)
            Skip = "Needs a Python with torch (Debian: python3-torch).";
    }
}
