using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report;

/// <summary>A run as a page.</summary>
internal static class MnistReport
{
    /// <param name="run">The run, whatever its status.</param>
    /// <param name="data">The images; those that the run did not use are read when asked for.</param>
    /// <returns>A whole HTML document that needs nothing else.</returns>
    public static string Create(RunRecord run, MnistData data) => new Page(
        $"MNIST: {run.Options.Experiment.Description}",
        Lead(run),
        [.. run.Results.ToSections(run, data), .. RunSections.Create(run)]).ToString();

    private static string Lead(RunRecord run)
    {
        var what = "What restricted Boltzmann machines and deep belief networks learned from handwritten digits in one run of DeepBelief's sample.";
        return run.Status switch
        {
            RunStatus.Complete => what,
            RunStatus.Cancelled => $"{what} The run was cancelled; this page shows what was finished by then.",
            _ => $"{what} The run failed; this page shows what was finished by then. {run.Failure}",
        };
    }
}
