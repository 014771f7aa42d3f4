using System.CommandLine;
using System.Diagnostics;
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
                      a second of other work; tensors alive at a late epoch against an earlier one; of two large models, memory in use
        Each check has a tolerance; a difference above it, or an exception, is a failure, and makes the exit code 1. Products are in
        float32 there, whatever the environment says of TF32. Each check's name and outcome go to standard error as it ends. Then the
        speed of CD-k is measured in float32, TF32 and bfloat16, against its products alone and, where a Python has it,
        eager PyTorch on the device.

        The device is the first GPU; CUDA_VISIBLE_DEVICES says which that is. On the CPU (--device cpu) the same code runs all checks; those of waiting and of the device's memory are not judged there,
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
    private const string Gpu = "cuda";
    private const string Cpu = "cpu";

    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "The device.", HelpName = $"{Gpu}|{Cpu}", DefaultValueFactory = _ => Gpu };
        device.AcceptOnlyFromAmong(Gpu, Cpu);
        var json = new Option<FileInfo>("--json") { Description = "Also writes what was found to this file.", HelpName = "file" };
        var only = new Option<string[]>("--only") { Description = "Only these parts.", HelpName = "part", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Groups.Select(group => group.Name), Speed]);
        var python = PythonOption.Create();
        var command = new Command("cuda", "Checks that a GPU computes what the CPU does and that training keeps it busy, and measures its speed.") { device, json, only, python };
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var chosen = parsed.GetValue(device) == Cpu ? new Device(DeviceType.CPU) : new Device(DeviceType.CUDA, 0);
            if (chosen.type == DeviceType.CUDA && !torch.cuda.is_available())
            {
                error.WriteLine($"There is no {Gpu} here: run it on a machine with an NVIDIA GPU, with -p:TorchRuntime=cuda after 'dotnet run', or with --device cpu to see the checks.");
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
        var (threads, takesTF32) = (torch.get_num_threads(), torch.backends.cuda.matmul.allow_tf32);
        // What the CPU has to do here is small, and other threads would only be waited for.
        torch.set_num_threads(1);
        // Some containers turn it on, and it has three decimals.
        torch.backends.cuda.matmul.allow_tf32 = false;
        var checks = new List<CheckResult>();
        foreach (var (name, all) in groups)
        {
            error.WriteLine(name);
            foreach (var check in all())
            {
                // Before it runs: what breaks a GPU's driver may end the process.
                error.Write($"  {check.Name}: ");
                var result = check.Run(device);
                error.WriteLine(CudaReport.Outcome(result));
                checks.Add(result);
            }
        }

        torch.set_num_threads(threads);
        torch.backends.cuda.matmul.allow_tf32 = takesTF32;
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
}
