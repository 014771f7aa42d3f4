using System.Globalization;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.Tables;

namespace DeepBelief.Samples.Mnist.Report;

/// <summary>The command line that runs the same again; what only says where files are is left out.</summary>
internal static class CommandText
{
    /// <summary>What starts the program, from the top of the repository; options follow it.</summary>
    public const string Program = "dotnet run -c Release --project samples/DeepBelief.Samples.Mnist --";

    public static string Of(MnistOptions options)
    {
        var words = new List<string> { Program };
        if (options.Experiment != ExperimentList.All[0])
            words.AddRange(["--experiment", options.Experiment.Name]);
        words.AddRange(["--preset", Word(options.Preset), "--loss", Word(options.Loss), "--device", Word(options.Device)]);
        words.AddRange(["--seed", Number(options.Seeds[0])]);
        if (options.Seeds.Count > 1)
            words.AddRange(["--seeds", Number(options.Seeds.Count)]);
        if (options.Tables.Count < Enum.GetValues<TableKind>().Length)
            words.AddRange(["--only", .. options.Tables.Select(TableNames.Of)]);
        if (options.Threads is { } threads)
            words.AddRange(["--threads", Number(threads)]);
        return string.Join(' ', words);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

#pragma warning disable CA1308 // Lower case is what the user types.
    private static string Word<T>(T value)
        where T : struct, Enum =>
        value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
