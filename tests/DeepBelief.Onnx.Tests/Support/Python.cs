using System.Diagnostics;

namespace DeepBelief.Onnx.Tests.Support;

/// <summary>A Python with onnx, where this machine has one.</summary>
internal static class Python
{
    // Debian's python3-onnx belongs to Debian's Python, which need not be the first on the path.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private static readonly Lazy<string?> Found = new(() => Candidates.FirstOrDefault(HasOnnx));

    /// <summary>Runs a script with onnx imported and gives what it printed; skips the test where there is no such Python.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Skip.If(Found.Value is null, "Needs a Python with onnx: install it (Debian: python3-onnx).");
        var (exitCode, output, error) = Start(Found.Value, ["-c", "import sys, onnx, onnx.checker, onnx.shape_inference\n" + script, .. arguments]);
        exitCode.Should().Be(0, error);
        return output.Trim();
    }

    private static bool HasOnnx(string python)
    {
        try
        {
            return Start(python, ["-c", "import onnx"]).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int ExitCode, string Output, string Error) Start(string python, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
