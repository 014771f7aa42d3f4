using System.Globalization;

namespace DeepBelief.Samples.Tests;

/// <summary>Keeps what a run prints, and cancels the run once that has some text, such as the name of a stage, which is printed at its end.</summary>
internal sealed class CancellingWriter(string text, CancellationTokenSource cancel) : StringWriter(CultureInfo.InvariantCulture)
{
    public override void Write(string? value)
    {
        base.Write(value);
        if (ToString().Contains(text, StringComparison.Ordinal))
            cancel.Cancel();
    }
}
