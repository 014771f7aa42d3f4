using System.Globalization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Checks and speeds as text, in Markdown.</summary>
internal static class CudaReport
{
    private const string Missing = "-";

    public static void Write(TextWriter output, Device device, IReadOnlyList<CheckResult> checks, IReadOnlyList<SpeedResult> speeds, double seconds)
    {
        output.WriteLine($"{CudaDriver.Describe(device)}; {Machine.Describe(new(torch.__version__))}");
        if (checks.Count > 0)
        {
            output.WriteLine();
            new MarkdownTable("check", "compared", ">tolerance", ">found", "outcome")
                .Add(checks.Select(check => (string[])
                    [check.Name, check.Compared, Number(check.Tolerance), Number(check.Found), Outcome(check)]))
                .Write(output);
        }

        if (speeds.Count > 0)
        {
            output.WriteLine();
            new MarkdownTable("case", "products", ">samples/s", ">ceiling", ">ratio", ">eager PyTorch", ">ours is")
                .Add(speeds.Select(speed => (string[])
                [
                    speed.Case,
                    speed.Products == ProductType.TF32 ? "TF32" : speed.Products.ToString().ToLowerInvariant(),
                    Count(speed.SamplesPerS),
                    Count(speed.CeilingSamplesPerS),
                    speed.Ratio?.ToString("F3", CultureInfo.InvariantCulture) ?? Missing,
                    Count(speed.PyTorchSamplesPerS),
                    speed.SamplesPerS / speed.PyTorchSamplesPerS is { } multiple ? string.Create(CultureInfo.InvariantCulture, $"{multiple:F2}x") : Missing,
                ]))
                .Write(output);
            output.WriteLine();
            foreach (var note in speeds.Select(speed => speed.Note is null ? null : $"{speed.Products}: {speed.Note}.").OfType<string>().Distinct())
                output.WriteLine(note);
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{checks.Count} checks: {With(CheckOutcome.Passed)} passed, {With(CheckOutcome.Failed)} failed, {With(CheckOutcome.NotJudged)} not judged on this device; {seconds:F0} s."));

        int With(CheckOutcome outcome) => checks.Count(check => check.Outcome == outcome);
    }

    /// <summary>How a check ended, in words.</summary>
    public static string Outcome(CheckResult check) => check.Outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.NotJudged => "not judged",
        _ => check.Error is { } error ? $"FAILED: {error}" : "FAILED",
    };

    private static string Number(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? Missing;

    private static string Count(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Missing;
}
