using System.CommandLine;
using System.Globalization;
using DeepBelief.Cli.Options;

namespace DeepBelief.Cli.Models;

/// <summary>Where to compute, and the seed of what is drawn there.</summary>
internal sealed class DeviceOption
{
    private const string Cuda = "cuda";

    private readonly Option<string> device = new("--device") { Description = "Where to compute: cpu, cuda or cuda:N.", HelpName = "device", DefaultValueFactory = _ => "cpu" };
    private readonly Option<long> seed = NumberOption.Any("--seed", "Seed of all that is drawn. The same seed gives the same result.");

    /// <summary>Adds the options to a command.</summary>
    public DeviceOption(Command command, bool hasSeed = true)
    {
        device.Expect(text => text is "cpu" || Find(text) is not null, "cpu, cuda or cuda:N");
        command.Add(device);
        if (hasSeed)
            command.Add(seed);
    }

    /// <summary>The seed.</summary>
    public long Seed(CommandRun run) => run.Parsed.GetValue(seed);

    /// <summary>The device.</summary>
    /// <exception cref="UsageException">Torch has none here.</exception>
    public Device Device(CommandRun run)
    {
        var text = run.Parsed.GetValue(device)!;
        if (Find(text) is not { } index)
            return torch.CPU;
        return torch.cuda.is_available() && index < torch.cuda.device_count()
            ? text == Cuda ? torch.CUDA : new Device(DeviceType.CUDA, index)
            : throw new UsageException($"--device: expected a device that torch has here, found '{text}': the tool is built with torch for the CPU, or there is no such GPU.");
    }

    /// <summary>A generator of the seed; null on a GPU, where it seeds torch's own, as TorchSharp has no others there.</summary>
    public Generator? Generator(CommandRun run)
    {
        if (Device(run).type == DeviceType.CPU)
            return new Generator((ulong)Seed(run));
        _ = torch.manual_seed(Seed(run));
        return null;
    }

    // The number of a GPU; null if a text names none.
    private static int? Find(string text)
        => text == Cuda ? 0 : text.StartsWith($"{Cuda}:", StringComparison.Ordinal) && int.TryParse(text[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
