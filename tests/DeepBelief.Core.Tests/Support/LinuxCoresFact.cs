namespace DeepBelief.Tests.Support;

/// <summary>A test that tells the cores of a thread apart: it needs Linux, and more than one that torch uses.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxCoresFactAttribute : FactAttribute
{
    public LinuxCoresFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2 || torch.get_num_threads() < 2)
            Skip = "Needs Linux, and two cores that torch uses.";
    }
}
