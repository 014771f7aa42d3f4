using System.CommandLine;
using System.Globalization;

namespace DeepBelief.Cli.Models;

/// <summary>Where to compute, and the seed of what is drawn there.</summary>
internal sealed class DeviceOption
{
    private readonly Option<string> device = new("--device") { Description = "Where to compute: cpu, cuda or cuda:N.", HelpName = "device", DefaultValueFactory = _ => "cpu" };
    private readonly Option<long> seed = new("--seed") { Description = "Seed of all that is drawn. The same seed gives the same result.", HelpName = "N", DefaultValueFactory = _ => 0 };

    /// <summary>Adds the options to a command.</summary>
    public DeviceOption(Command command, bool hasSeed = true)
    {
        command.Add(device);
        if (hasSeed)
            command.Add(seed);
    }

    /// <summary>The seed.</summary>
    public long Seed(CommandRun run) => run.Parsed.GetValue(seed);

    /// <summary>The device.</summary>
    public Device Device(CommandRun run)
    {
        var text = run.Parsed.GetValue(device)!;
        return text switch
        {
            "cpu" => torch.CPU,
            _ when text.StartsWith("cuda", StringComparison.Ordinal) && !torch.cuda.is_available() => throw new UsageException($"--device: expected a device that torch has here, found '{text}': the tool is built with torch for the CPU, or there is no GPU."),
            "cuda" => torch.CUDA,
            _ when text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) => new Device(DeviceType.CUDA, index),
            _ => throw new UsageException($"--device: expected cpu, cuda or cuda:N, found '{text}'."),
        };
    }

    /// <summary>A generator of the seed; null on a GPU, where it seeds torch's own, as TorchSharp has no others there.</summary>
    public Generator? Generator(CommandRun run)
    {
        if (Device(run).type == DeviceType.CPU)
            return new Generator((ulong)Seed(run));
        _ = torch.manual_seed(Seed(run));
        return null;
    }
}
