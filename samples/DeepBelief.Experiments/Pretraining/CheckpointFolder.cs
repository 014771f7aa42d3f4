using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Runs;
using TorchSharp;

namespace DeepBelief.Experiments.Pretraining;

/// <summary>
/// The folder in which pre-training is kept: a file for each, named after what it is and a hash of all that determines it.
/// When there is more than <see cref="Limit"/> bytes of them, those that were not used for longest are removed.
/// </summary>
internal sealed class CheckpointFolder(string path)
{
    // Not just any .pt file: a user's models may be in the same folder.
    private const string Ending = ".pretraining.pt";

    /// <summary>Bytes of files that are kept, but for the one in use: 500 MB.</summary>
    public long Limit { get; init; } = 500_000_000;

    /// <summary>What is learned from: a part of the files' names where it is not MNIST.</summary>
    public ImageSet Images { get; init; }

    /// <summary><c>checkpoints</c> beside the folder of the MNIST files.</summary>
    public static string Default() => Path.Combine(UserCache.Root(), "checkpoints");

    /// <summary>The file of a plan; it need not exist.</summary>
    public string FileOf(PretrainingPlan plan, torch.Device device)
        => FileOf(plan.Name, plan.Options.Seed, device, Identity(plan));

    /// <summary>The file of any training; it need not exist.</summary>
    /// <param name="name">For the file's name: letters, digits and hyphens.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="identity">All that determines what is trained, but for the data and the machine.</param>
    public string FileOf(string name, long seed, torch.Device device, IEnumerable<string> identity)
    {
        var text = string.Join('\n', [RunEnvironment.LibraryVersion, torch.__version__, device.type.ToString(), .. identity]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
        var images = Images == ImageSet.Mnist ? string.Empty : $"{CommandLine.Lower(Images)}-";
        return Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{images}{name}-seed{seed}-{hash}{Ending}"));
    }

    /// <summary>Makes the folder, and a lock that no other process has: two that trained the same would spoil each other's file.</summary>
    /// <returns>The lock, to be disposed; null if another process has it.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public FileStream? Lock(string file)
    {
        OutputFile.PrepareFolder(path);
        try
        {
            return new FileStream($"{file}.lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Notes that a file was used just now, and removes others if there are too many bytes of them.</summary>
    public void Used(string file)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
            var left = Limit;
            // With those that a killed process was writing.
            var files = new DirectoryInfo(path).EnumerateFiles($"*{Ending}").Concat(new DirectoryInfo(path).EnumerateFiles($"*{Ending}.tmp"));
            foreach (var other in files.OrderByDescending(info => info.LastWriteTimeUtc))
            {
                left -= other.Length;
                if (left < 0 && other.FullName != Path.GetFullPath(file))
                    other.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process tidied up, or the folder is read-only by now: nothing that a user should have to know.
        }
    }

    // The data are left to the check that the library makes.
    private static IEnumerable<string> Identity(PretrainingPlan plan) =>
    [
        string.Join('-', plan.Sizes) + (plan.HasLinearCode ? ", linear code" : ""),
        plan.Weights.ToString(),
        string.Join('x', plan.Images.shape),
        string.Join('x', plan.HeldOut?.shape ?? []),
        plan.Batches?.GetType().Name ?? "",
        (plan.Options with { Layers = null }).ToString(),
        .. (plan.Options.Layers ?? []).Select(layer => layer.ToString()),
    ];
}
