using System.ComponentModel;
using System.Diagnostics;

namespace DeepBelief.Benchmarks.Peers;

/// <summary>A checkout of the original, which may be a repository without a work tree.</summary>
internal static class Original
{
    private const string File = "RBM.py";

    /// <summary>The folder with the original's RBM, copied out of the repository where there is no work tree.</summary>
    /// <param name="checkout">The folder that the user named.</param>
    /// <param name="scratch">An existing folder for the copy.</param>
    /// <returns>The folder, or null where neither it nor its repository has the file.</returns>
    public static string? Locate(string checkout, string scratch)
    {
        if (System.IO.File.Exists(Path.Combine(checkout, File)))
            return checkout;
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", checkout, "show", $"HEAD:{File}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var source = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode != 0)
                return null;
            System.IO.File.WriteAllText(Path.Combine(scratch, File), source);
            return scratch;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
