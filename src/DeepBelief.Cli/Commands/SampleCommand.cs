using System.CommandLine;
using DeepBelief.Cli.Models;
using DeepBelief.Cli.Options;
using DeepBelief.Cli.Output;

namespace DeepBelief.Cli.Commands;

/// <summary><c>deepbelief sample</c>: rows that a model draws.</summary>
internal sealed class SampleCommand
{
    private const int BytesOfText = 50;

    private readonly Option<int> count = NumberOption.Whole("--count", ["-n"], "Number of rows.", usual: 10);
    private readonly Option<int> steps = NumberOption.Whole("--steps", [], "Gibbs steps of the chain that each row is the end of.", usual: 1000);
    private readonly ModelCommand model;
    private readonly ResultRows result;

    private SampleCommand(Command command)
    {
        model = new(command, takesRows: false, hasSeed: true);
        command.Add(count);
        command.Add(steps);
        result = new(command);
    }

    public static Command Create()
    {
        var command = new Command("sample", "Draw new rows from an rbm, dbn or dbm; of a table, as a table.");
        CommandRun.Set(command, new SampleCommand(command).Run);
        return command;
    }

    private Outcome Run(CommandRun run)
    {
        using var saved = model.Load(run);
        // States and inputs of all units, and texts of the visible ones.
        Memory.Expect((double)run.Parsed.GetValue(count) * ((saved.Units * 2 * sizeof(float)) + (saved.Width * BytesOfText)), $"--count {run.Parsed.GetValue(count)}");
        if (!saved.HasNumbersAlone)
            result.ExpectTexts(run);
        using var generator = model.Device.Generator(run);
        var rows = Sample(saved, run.Parsed.GetValue(count), run.Parsed.GetValue(steps), generator, run.CancellationToken);
        return saved.WriteDecoded(run, result, rows, model.Document(run, saved));
    }

    private static Tensor Sample(SavedModel saved, int count, int steps, Generator? generator, CancellationToken cancellationToken) => saved.Model switch
    {
        Rbm rbm => rbm.Sample(count, steps, generator: generator, cancellationToken: cancellationToken),
        Dbn dbn => dbn.Sample(count, steps, generator, cancellationToken),
        Dbm dbm => dbm.Sample(count, steps, generator: generator, cancellationToken: cancellationToken),
        UntiedDbn network => network.Sample(count, steps, generator, cancellationToken),
        _ => throw saved.Unfit("sample", "an rbm, dbn, dbm or untied-dbn"),
    };
}
