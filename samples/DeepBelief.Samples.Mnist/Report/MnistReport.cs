using System.Net;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;

namespace DeepBelief.Samples.Mnist.Report;

/// <summary>A run as a page.</summary>
internal static class MnistReport
{
    /// <param name="run">The run, whatever its status.</param>
    /// <param name="data">The images; those that the run did not use are read when asked for.</param>
    /// <returns>A whole HTML document that needs nothing else.</returns>
    public static string Create(RunRecord run, MnistData data)
        => $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>DeepBelief: {WebUtility.HtmlEncode(run.Experiment)}</title><p>{run.Status}</p></html>\n";
}
