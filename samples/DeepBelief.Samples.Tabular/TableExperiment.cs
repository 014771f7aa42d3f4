using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;

namespace DeepBelief.Samples.Tabular;

/// <summary>Trains a machine on four fifths of a table, and has it fill gaps that are made in the last fifth.</summary>
internal static class TableExperiment
{
    private const int Hidden = 40;
    private const int Draws = 30;
    private const int Steps = 50;
    private const double GapShare = 0.25;

    public static IReadOnlyList<ColumnScore> Run(CsvTable table, TextWriter output)
    {
        using var scope = torch.NewDisposeScope();
        // The encoder learns means, deviations and categories, and knows which units such a table asks for. Categories that
        // only the last rows have must be known as well.
        var encoder = TableEncoder.Fit(table);
        var split = table.Rows.Count * 4 / 5;
        var (training, held) = (table.Rows.Take(split).Where(row => !row.Index().Any(value => encoder.IsMissing(value.Item, value.Index))).ToList(), table.Rows.Skip(split).ToList());
        if (training.Count == 0 || held.Count == 0)
            throw new ArgumentException("Expected rows without gaps among the first four fifths, and some after them.");

        foreach (var column in encoder.Columns)
            output.WriteLine($"{column.Name,-14} {Describe(column)}");
        foreach (var warning in encoder.Warnings)
            output.WriteLine(warning);

        using var rbm = new Rbm(encoder.CreateUnits(), new BernoulliUnits(Hidden));
        var history = rbm.Fit(encoder.Encode(training), new()
        {
            Epochs = 60,
            BatchSize = 50,
            LearningRate = 0.003,
            Optimizer = new AdamSettings(),
            NegativePhase = new PersistentContrastiveDivergence(2, 200),
        });
        output.WriteLine($"\nTrained on {training.Count} rows for {history.Epochs.Count} epochs.\n\nNew rows from the model:");

        // New rows: a long chain from wherever.
        using var generator = new torch.Generator(1);
        var fresh = MarkovChain.Run(rbm, encoder.Encode(training.Take(5).ToList()), 1000, generator);
        foreach (var row in encoder.Decode(fresh))
            output.WriteLine("  " + string.Join(", ", row));

        var gapped = MakeGaps(held);
        var filled = Fill(rbm, encoder, gapped, generator);
        var scores = table.Names.Select((_, c) => Score(encoder, c, training, held, gapped, filled)).OfType<ColumnScore>().ToList();
        output.WriteLine($"\nGaps filled in {held.Count} other rows, right by model and by the most frequent value (numbers: error, in deviations):");
        foreach (var score in scores)
        {
            output.WriteLine(score.IsNumber
                ? $"{score.Name,-14} {score.Gaps,6} gaps   error {score.Model:F2}   mean for all {score.Guess:F2}"
                : $"{score.Name,-14} {score.Gaps,6} gaps   right {score.Model:P1}   most frequent {score.Guess:P1}");
        }

        return scores;
    }

    /// <summary>Several draws of the missing values given the others, averaged.</summary>
    private static IReadOnlyList<string?[]> Fill(Rbm rbm, TableEncoder encoder, List<string?[]> rows, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var states = encoder.Encode(rows).repeat(Draws, 1);
        var drawn = MarkovChain.FillMissing(rbm, states, Steps, generator: generator);
        return encoder.Decode(drawn.reshape(Draws, rows.Count, encoder.Width).mean(new long[] { 0 }));
    }

    private static List<string?[]> MakeGaps(IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        var random = new Random(2);
        return [.. rows.Select(row => row.Select(value => random.NextDouble() < GapShare ? null : value).ToArray())];
    }

    private static ColumnScore? Score(
        TableEncoder encoder,
        int c,
        IReadOnlyList<IReadOnlyList<string?>> training,
        List<IReadOnlyList<string?>> held,
        List<string?[]> gapped,
        IReadOnlyList<IReadOnlyList<string?>> filled)
    {
        var column = encoder.Columns[c];
        var gaps = Enumerable.Range(0, held.Count).Where(r => gapped[r][c] is null && !encoder.IsMissing(held[r][c], c)).ToList();
        if (gaps.Count == 0)
            return null;
        if (column is NumberColumn number)
        {
            return new ColumnScore(column.Name, true, gaps.Count, Error(r => double.Parse(filled[r][c]!)), Error(_ => number.Mean));

            double Error(Func<int, double> guess)
                => Math.Sqrt(gaps.Average(r => Math.Pow((guess(r) - double.Parse(held[r][c]!)) / number.Deviation, 2)));
        }

        var frequent = training.CountBy(row => row[c]!).MaxBy(pair => pair.Value).Key;
        return new ColumnScore(column.Name, false, gaps.Count, gaps.Average(r => filled[r][c] == held[r][c] ? 1.0 : 0), gaps.Average(r => held[r][c] == frequent ? 1.0 : 0));
    }

    private static string Describe(TableColumn column) => column switch
    {
        NumberColumn number => $"number, mean {number.Mean:g4}, deviation {number.Deviation:g4}",
        YesNoColumn bit => $"'{bit.No}' or '{bit.Yes}'",
        CategoryColumn category => $"one of {category.Categories.Count}: {string.Join(", ", category.Categories.Take(6))}",
        _ => column.GetType().Name,
    };
}
