using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>Where a run took place.</summary>
public sealed record RunEnvironment(
    string Library, string Torch, string Runtime, string OperatingSystem, string Architecture, int Processors, int TorchThreads)
{
    public static RunEnvironment Current() => new(
        LibraryVersion,
        torch.__version__,
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        torch.get_num_threads());

    /// <summary>With the commit it was built from, where that is known.</summary>
    public static string LibraryVersion { get; } =
        typeof(Dbn).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
