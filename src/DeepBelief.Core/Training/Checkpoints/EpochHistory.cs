using DeepBelief.Files;

namespace DeepBelief.Training;

/// <summary>The epochs of a run in a checkpoint: a vector of values per metric.</summary>
internal static class EpochHistory
{
    private const string HistoryKey = "history";
    private const string BestEpochKey = "best_epoch";
    private const string ElapsedColumn = "elapsed_seconds";
    private const string RateColumn = "learning_rate";

    /// <summary>The keys of a history in a stage's content.</summary>
    public static IReadOnlyList<string> Keys { get; } = [HistoryKey, BestEpochKey];

    /// <summary>True if the plan is done or early stopping has ended the run.</summary>
    public static bool IsFinished(OptimizationOptions options, int epochs, int bestEpoch)
        => epochs >= options.Epochs || HasStopped(options, epochs, bestEpoch);

    /// <summary>True if early stopping has ended the run.</summary>
    public static bool HasStopped(OptimizationOptions options, int epochs, int bestEpoch) => epochs - bestEpoch >= options.Patience;

    public static TrainingHistory<TMetrics> Result<TMetrics>(OptimizationOptions options, IEnumerable<TMetrics> epochs, int bestEpoch)
    {
        TMetrics[] all = [.. epochs];
        return new TrainingHistory<TMetrics>(all.AsReadOnly(), bestEpoch, all.Length < options.Epochs && HasStopped(options, all.Length, bestEpoch));
    }

    public static OrderedDictionary<string, object?> Save<TMetrics>(IReadOnlyList<TMetrics> epochs, int bestEpoch)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        var columns = new OrderedDictionary<string, object?>();
        foreach (var name in epochs.SelectMany(epoch => epoch.Numbers).Select(number => number.Name).Distinct())
            columns[name] = Column(epochs, name);
        columns[RateColumn] = epochs.Select(e => e.LearningRate).ToArray();
        columns[ElapsedColumn] = epochs.Select(e => e.Elapsed.TotalSeconds).ToArray();
        return new() { [HistoryKey] = columns, [BestEpochKey] = bestEpoch };
    }

    public static (IReadOnlyList<TMetrics> Epochs, int BestEpoch) Read<TMetrics>(ConfigSection content)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        var columns = content.GetSection(HistoryKey);
        var elapsed = columns.GetNumbers(ElapsedColumn) ?? [];
        var best = content.GetInt64(BestEpochKey);
        if (best < 1 || best > elapsed.Length)
            throw new DataFormatException($"{HistoryKey}: expected epochs and one of them as the best, found {elapsed.Length} and {best}.");

        // Those that the epochs had: a run that goes on with other options has others.
        var rates = Column(RateColumn) ?? throw new DataFormatException($"{HistoryKey}/{RateColumn}: expected {elapsed.Length} numbers, found none.");
        var others = columns.Names.Where(name => name is not (ElapsedColumn or RateColumn)).Select(name => KeyValuePair.Create(name, Column(name))).ToList();
        return ([.. elapsed.Select((_, i) => Metrics(i))], (int)best);

        TMetrics Metrics(int index) => TMetrics.From(
            index + 1,
            rates[index],
            Elapsed(elapsed[index]),
            new OrderedDictionary<string, double?>(others.Select(column => KeyValuePair.Create(column.Key, column.Value?[index]))));

        double[]? Column(string name)
        {
            var column = columns.GetNumbers(name);
            return column is null || column.Length == elapsed.Length
                ? column
                : throw new DataFormatException($"{HistoryKey}/{name}: expected {elapsed.Length} numbers, found {column.Length}.");
        }
    }

    // Null in all epochs or in none, but a run that goes on with other options may have other diagnostics: NaN where there were none.
    private static double[]? Column<TMetrics>(IReadOnlyList<TMetrics> epochs, string name)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        var values = epochs.Select(e => e.Numbers.FirstOrDefault(n => n.Name == name).Value).ToList();
        return values.All(v => v is null) ? null : [.. values.Select(v => v ?? double.NaN)];
    }

    // Rounded, as converting ticks to seconds and back need not return a whole number.
    private static TimeSpan Elapsed(double seconds)
        => seconds is >= 0 and < 1e11
            ? new TimeSpan((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : throw new DataFormatException($"{HistoryKey}/{ElapsedColumn}: expected seconds, 0 or more, found {seconds}.");
}
