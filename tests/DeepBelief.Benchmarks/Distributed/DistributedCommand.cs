using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Distributed;

/// <summary>How training scales over machines, from updates and sums that are measured on this one.</summary>
internal static class DistributedCommand
{
    private const int Batch = 100;
    private const double Kilo = 1e3;
    private const double Efficient = 0.8;
    private const int Many = 16;

    private const string Details = """
        Needs Open MPI's mpirun. One rank, and then two, train by CD-1 with default options, each on one core. Reported are the
        median times of an update, of the sum of its gradients and of the gather of its rows, which is all that a sum could be hidden
        behind, and a simulation of more machines: each takes as long for an update as one of those measured, drawn at random; all
        wait for the last and then for the sum, over a network of a given speed and delay. 'Strong' divides a batch of 100 rows; 'weak' gives each machine 100 rows, so that batches grow with their number.
        With --endure, four ranks train for so many minutes and say what memory they take.
        """;

    public static Command Create()
    {
        var steps = new Option<int>("--steps") { Description = "Updates to measure, of each kind.", HelpName = "count", DefaultValueFactory = _ => 100 };
        var endure = new Option<double>("--endure") { Description = "Train for so long on four ranks instead.", HelpName = "minutes" };
        steps.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("Option '--steps' takes a number of at least 1.");
        });
        var command = new Command("distributed", "Measures training on several ranks, and simulates it on many machines.") { steps, endure };
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            try
            {
                if (parsed.GetValue(endure) is > 0 and var minutes)
                    Run(4, line => output.WriteLine(line), "1", "--endure", minutes.ToString(CultureInfo.InvariantCulture));
                else
                    Report(Measure(1, parsed.GetValue(steps)), Measure(2, parsed.GetValue(steps)), output);
                return 0;
            }
            catch (WorkerException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>Prints what was measured with one rank and with two, and what comes of it.</summary>
    internal static void Report(IReadOnlyList<ShapeMeasurement> one, IReadOnlyList<ShapeMeasurement> two, TextWriter output)
    {
        output.WriteLine(Machine.Describe(null));
        output.WriteLine();
        new MarkdownTable("shape", ">MB an update", ">1 process, ms", ">1 rank, ms", ">2 ranks, 50 rows each, ms", ">2 ranks, 100 rows each, ms", ">sum, ms", ">gather of 100 rows, ms")
            .Add(one.Zip(two).Select(pair => new[]
            {
                pair.First.Shape.ToString(),
                Text(pair.First.Shape.Floats * sizeof(float) / 1e6, 2),
                Step(pair.First, 0, Batch),
                Step(pair.First, 1, Batch),
                Step(pair.Second, 2, Batch / 2),
                Step(pair.Second, 2, Batch),
                Text(pair.Second.SumMicroseconds / Kilo, 2),
                Text(pair.First.GatherMicroseconds / Kilo, 3),
            }))
            .Write(output);
        int[] machines = [1, 2, 4, 8, 16, 32, 64];
        foreach (var (title, isStrong) in new[] { ("Strong: times as fast, a batch of 100 rows divided", true), ("Weak: times as many rows a second, 100 rows each", false) })
        {
            output.WriteLine();
            output.WriteLine(title);
            output.WriteLine();
            new MarkdownTable(["shape", "network", .. machines.Select(count => $">{count}"), ">up to"])
                .Add(one.SelectMany(measured => Link.All.Select(link => Row(measured, link, isStrong, machines))))
                .Write(output);
        }

        output.WriteLine();
        output.WriteLine(FormattableString.Invariant($"What {Many} machines need for {Efficient:P0} of the speed of as many without a sum"));
        output.WriteLine();
        new MarkdownTable("shape", "network", ">sum, ms", ">rows on each", ">or updates of 100 rows for each sum")
            .Add(one.SelectMany(measured => Link.All.Select(link => Needs(measured, link))))
            .Write(output);
    }

    private static string[] Needs(ShapeMeasurement measured, Link link)
    {
        var model = Model(measured);
        return
        [
            measured.Shape.ToString(),
            link.Name,
            Text(ScalingModel.Sum(Many, measured.Shape.Floats * sizeof(float), link) / Kilo, 1),
            Text(Math.Max(1, Math.Ceiling(model.RowsFor(Efficient, Many, link))), 0),
            Text(Math.Max(1, Math.Ceiling(model.UpdatesFor(Efficient, Many, link))), 0),
        ];
    }

    // Of the times of a rank, which copies its gradient to and fro.
    private static ScalingModel Model(ShapeMeasurement measured)
        => new([.. measured.Steps.Where(steps => steps.Ranks == 1)], measured.Shape.Floats * sizeof(float));

    private static string[] Row(ShapeMeasurement measured, Link link, bool isStrong, int[] machines)
    {
        var model = Model(measured);
        return
        [
            measured.Shape.ToString(),
            link.Name,
            .. machines.Select(count => Text(Speed(count), 1)),
            ScalingModel.Worthwhile(Speed).ToString(CultureInfo.InvariantCulture),
        ];

        double Speed(int count) => isStrong ? model.SpeedUp(count, Batch, link) : model.ScaleUp(count, Batch, link);
    }

    private static string Step(ShapeMeasurement measured, int ranks, int rows)
        => Text(measured.Steps.Single(steps => steps.Ranks == ranks && steps.Rows == rows).Median / Kilo, 2);

    private static string Text(double number, int digits) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static List<ShapeMeasurement> Measure(int ranks, int steps)
    {
        var measured = new List<ShapeMeasurement>();
        Run(ranks, line => measured.Add(JsonSerializer.Deserialize<ShapeMeasurement>(line, Worker.Json)!), steps.ToString(CultureInfo.InvariantCulture));
        return measured;
    }

    private static void Run(int ranks, Action<string> read, params string[] arguments)
    {
        string[] options = ["--allow-run-as-root", "--oversubscribe", "--bind-to", ranks > Environment.ProcessorCount ? "none" : "core", "-np", ranks.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo("mpirun", [.. options, "dotnet", typeof(DistributedCommand).Assembly.Location, DistributedWorker.Name, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        // Ranks write to a terminal that mpirun makes: one to which .NET writes nothing by itself.
        start.Environment["TERM"] = "dumb";
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            while (process.StandardOutput.ReadLine() is { } line)
                read(line);
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new WorkerException($"mpirun ended with exit code {process.ExitCode}. {errors.Result}");
        }
        catch (Win32Exception e)
        {
            throw new WorkerException($"mpirun does not start: {e.Message}. Install Open MPI (Debian: openmpi-bin).");
        }
    }
}
