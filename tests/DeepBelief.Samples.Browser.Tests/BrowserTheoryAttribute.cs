namespace DeepBelief.Samples.Browser.Tests;

/// <summary>A test that needs a browser, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Chromium.Path is null)
            Skip = Chromium.Missing;
    }
}
