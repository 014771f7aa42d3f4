using System.Globalization;
using DeepBelief.Samples.Reporting.Output;

namespace DeepBelief.Samples.Tests;

/// <summary>What a run printed.</summary>
internal sealed class Outputs : IDisposable
{
    private readonly StringWriter results = new(CultureInfo.InvariantCulture);
    private readonly StringWriter errors = new(CultureInfo.InvariantCulture);

    public Outputs() => Output = new RunOutput(Terminal.Create(results, redirected: true), errors);

    public RunOutput Output { get; }

    public string Results => results.ToString();

    public string Errors => errors.ToString();

    public void Dispose()
    {
        results.Dispose();
        errors.Dispose();
    }
}
