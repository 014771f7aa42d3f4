using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Whether a GPU does what the CPU does, whether the loop keeps it busy, and how fast it is.</summary>
internal static class CudaCommand
{
    private static readonly JsonSerializerOptions Json = new(Worker.Json)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private const string Details = """
        What is checked:
          samplers    draws of every kind of units, of chains of every negative phase and of every model, by their moments:
                      generators of a GPU and of the CPU differ
          gradients   of every kind of units on given states, energies and means, and 20 steps of every optimizer, with the CPU
                      in float64
          models      of every kind: outputs and training against the CPU in float64; two runs with one seed; files that are
                      saved on the device and loaded on both; a run that goes on from its checkpoint
          loop        of every kind of model: whether the host waits for the device between batches, by giving the device half
                      a second of other work; tensors alive and memory in use at a late epoch against an earlier one
        Each check has a tolerance; a difference above it, or an exception, is a failure, and makes the exit code 1. Then the
        speed of CD-k is measured in float32, TF32 and bfloat16, against its products alone and, where a Python has it,
        eager PyTorch on the device.

        On the CPU (--device cpu) the same code runs all checks; those of waiting and of the device's memory are not judged there,
        and the shapes that are timed are small.

        JSON: an object with device, seconds, checks (name, compared, tolerance, found, outcome: passed, failed or not_judged,
        seconds, and error where there was one) and speeds (case, products, samples_per_s, ceiling_samples_per_s, ratio,
        py_torch_samples_per_s, and a note where something is missing).
        """;

    /// <summary>The checks, in groups.</summary>
    public static IReadOnlyList<(string Name, Func<IEnumerable<DeviceCheck>> Checks)> Groups { get; } =
    [
        ("samplers", SamplerChecks.All),
        ("gradients", GradientChecks.All),
        ("models", ModelChecks.All),
        ("loop", LoopChecks.All),
    ];

    private const string Speed = "speed";

    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "The device: cuda, cuda:1 and so on, or cpu.", HelpName = "device", DefaultValueFactory = _ => "cuda" };
        device.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string>()!) is null)
                result.AddError($"Expected cuda, cuda:0, cuda:1 and so on, or cpu, found '{result.GetValueOrDefault<string>()}'.");
        });
        var json = new Option<FileInfo>("--json") { Description = "Also writes what was found to this file.", HelpName = "file" };
        var only = new Option<string[]>("--only") { Description = "Only these parts.", HelpName = "part", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Groups.Select(group => group.Name), Speed]);
        var python = PythonOption.Create();
        var command = new Command("cuda", "Checks that a GPU computes what the CPU does and that training keeps it busy, and measures its speed.") { device, json, only, python };
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var chosen = Parse(parsed.GetValue(device)!)!;
            if (chosen.type == DeviceType.CUDA && (!torch.cuda.is_available() || chosen.index >= torch.cuda.device_count()))
            {
                error.WriteLine($"There is no {parsed.GetValue(device)} here: run it on a machine with an NVIDIA GPU, with -p:TorchRuntime=cuda after 'dotnet run', or with --device cpu to see the checks.");
                return 1;
            }

            var parts = parsed.GetValue(only) is { Length: > 0 } names ? names : [.. Groups.Select(group => group.Name), Speed];
            try
            {
                var groups = Groups.Where(group => parts.Contains(group.Name)).ToArray();
                return Run(chosen, groups, parts.Contains(Speed) ? new(parsed.GetValue(python)) : null, parsed.GetValue(json)?.FullName, output, error);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>Runs groups of checks and, if a Python to compare with is given, measures the speed.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(
        Device device, IReadOnlyList<(string Name, Func<IEnumerable<DeviceCheck>> Checks)> groups, Python? python, string? json, TextWriter output, TextWriter error)
    {
        // A folder that can't be made is better found before than after.
        if (json is not null)
            Directory.CreateDirectory(Path.GetDirectoryName(json)!);
        var start = Stopwatch.GetTimestamp();
        var threads = torch.get_num_threads();
        // What the CPU has to do here is small, and other threads would only be waited for.
        torch.set_num_threads(1);
        var checks = new List<CheckResult>();
        foreach (var (name, all) in groups)
        {
            error.WriteLine(name);
            foreach (var check in all())
            {
                checks.Add(check.Run(device));
                if (checks[^1].Outcome == CheckOutcome.Failed)
                    error.WriteLine($"  failed: {check.Name}{(checks[^1].Error is { } why ? $": {why}" : "")}");
            }
        }

        torch.set_num_threads(threads);
        var speeds = new List<SpeedResult>();
        if (python is not null)
        {
            error.WriteLine(Speed);
            foreach (var shape in device.type == DeviceType.CUDA ? SpeedCase.OfGpu : SpeedCase.OfCpu)
                speeds.AddRange(Enum.GetValues<ProductType>().Select(type => shape.Measure(device, type, python)));
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CudaReport.Write(output, device, checks, speeds, seconds);
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(new { device = CudaDriver.Describe(device), seconds, checks, speeds }, Json) + "\n");
        return checks.Any(check => check.Outcome == CheckOutcome.Failed) ? 1 : 0;
    }

    private static Device? Parse(string name)
        => name == "cpu" ? new Device(DeviceType.CPU)
            : name == "cuda" ? new Device(DeviceType.CUDA, 0)
            : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new Device(DeviceType.CUDA, index)
            : null;
}
