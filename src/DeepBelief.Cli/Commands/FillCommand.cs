using System.CommandLine;
using DeepBelief.Cli.Data;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;
using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief fill</c>: rows whose gaps an RBM has filled, given what they know.</summary>
internal sealed class FillCommand
{
    // Sums of float32 hold so many draws, and a mean of them is off by less than a thousandth of a deviation.
    private const int MostDraws = 1_000_000;

    private readonly Option<int> draws = NumberOption.Whole("--draws", [], "How many draws a filled value is the mean, or the most probable value, of; 1 for a single draw.", usual: 30, most: MostDraws);
    private readonly Option<int> steps = NumberOption.Whole("--steps", [], "Gibbs steps of each draw.", usual: 100);
    private readonly ModelCommand model;
    private readonly ResultRows result;

    private FillCommand(Command command)
    {
        model = new(command, takesRows: true, hasSeed: true);
        command.Add(draws);
        command.Add(steps);
        result = new(command);
    }

    public static Command Create()
    {
        var command = new Command("fill", "Fill the gaps of rows by what an rbm has learned; what is known stays as it is.");
        CommandRun.Set(command, new FillCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        using var saved = model.Load(run);
        if (saved.Model is not Rbm rbm)
            throw saved.Unfit("fill", "an rbm");
        var file = model.Data.Read(run);
        if (file.Table is not null)
            result.ExpectTexts(run);
        var rows = saved.Rows(file, mayHaveGaps: true);
        Memory.Expect((double)rows.shape[0] * saved.Units * 2 * sizeof(float), $"{file.Path}, {rows.shape[0]} rows");
        var gaps = rows.isnan();
        using var generator = model.Device.Generator(run);
        var filled = torch.where(gaps, Means(rbm, rows, run, generator), rows).cpu();

        var json = model.Document(run, saved);
        json["gaps"] = Gaps(file, saved, gaps);
        return file.Table is { } table
            ? result.Write(run, Filled(table, saved, saved.Encoder is null ? file.Unscaled(filled) : filled), json)
            : saved.WriteDecoded(run, result, filled, json);
    }

    private Tensor Means(Rbm rbm, Tensor rows, CommandRun run, Generator? generator)
    {
        var (count, length) = (run.Parsed.GetValue(draws), run.Parsed.GetValue(steps));
        var sum = torch.zeros_like(rows);
        for (var i = 0; i < count; i++)
        {
            using var scope = torch.NewDisposeScope();
            _ = sum.Add(MarkovChain.FillMissing(rbm, rows, length, generator: generator, cancellationToken: run.CancellationToken));
        }

        return sum.Over(count);
    }

    // Values of a table may have several units each.
    private static long Gaps(DataFile file, SavedModel saved, Tensor gaps)
        => saved.Encoder is { } encoder && file.Table is { } table
            ? table.Select(encoder.Columns.Select(column => column.Name)).Rows.Sum(row => row.Index().Count(value => encoder.IsMissing(value.Item, value.Index)))
            : gaps.sum().item<long>();

    private static CsvTable Filled(CsvTable table, SavedModel saved, Tensor filled)
    {
        var values = saved.Decode(filled) ?? CsvTable.FromTensor(filled, table.Names);
        var from = values.Names.Index().ToDictionary(name => name.Item, name => name.Index);
        return new(table.Names, [.. table.Rows.Zip(values.Rows, Row)]);

        IReadOnlyList<string?> Row(IReadOnlyList<string?> old, IReadOnlyList<string?> drawn)
            => [.. table.Names.Select((name, i) => from.TryGetValue(name, out var column) && IsGap(old[i], column) ? drawn[column] : old[i])];

        bool IsGap(string? value, int column)
            => saved.Encoder is { } encoder ? encoder.IsMissing(value, column) : string.IsNullOrWhiteSpace(value) || TableEncoderOptions.UsualMarkers.Contains(value.Trim());
    }
}
