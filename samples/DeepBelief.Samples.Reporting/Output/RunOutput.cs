using System.Diagnostics;
using DeepBelief.Samples.Reporting.Results;
using DeepBelief.Training;
using Spectre.Console;

namespace DeepBelief.Samples.Reporting.Output;

/// <summary>What the user reads while the program runs.</summary>
/// <param name="console">Where results and notes go.</param>
/// <param name="errors">Where warnings and errors go.</param>
/// <param name="notes">Whether notes and progress are shown.</param>
/// <param name="results">Whether results are shown.</param>
public sealed class RunOutput(IAnsiConsole console, TextWriter errors, bool notes = true, bool results = true)
{
    private bool broken;

    /// <summary>A result: a table.</summary>
    /// <exception cref="IOException">It can't be written. Said once: what follows is then dropped.</exception>
    public void Result(ResultTable table)
    {
        if (results)
            Write(() => console.Write(ConsoleTable.Of(table)));
    }

    /// <summary>A result: a line.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Result(string line)
    {
        if (results)
            Write(() => console.WriteLine(line));
    }

    /// <summary>What is good to know and no result.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Note(string line)
    {
        if (notes)
            Write(() => console.WriteLine(line));
    }

    /// <summary>What the user should know, and the run goes on.</summary>
    public void Warn(string line) => errors.WriteLine($"warning: {line}");

    /// <summary>Why the run ended.</summary>
    public void Error(string line) => errors.WriteLine($"error: {line}");

    /// <summary>A long piece of work: a bar with the time left on a terminal, one line at its end elsewhere.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="work">The work.</param>
    /// <param name="ending">What to say of it at the end; null, or a result of null: the time that it took.</param>
    public T Stage<T>(string title, Func<IProgress<TrainingProgress>, T> work, Func<T, string?>? ending = null)
    {
        var clock = Stopwatch.StartNew();
        var result = notes && console.Profile.Capabilities.Interactive ? ShowBar(title, work) : work(new Listener(_ => { }));
        Note($"{title}: {ending?.Invoke(result) ?? FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:F1} s")}");
        return result;
    }

    private T ShowBar<T>(string title, Func<IProgress<TrainingProgress>, T> work) => console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var bar = context.AddTask(Markup.Escape(title));
            return work(new Listener(progress =>
            {
                bar.MaxValue = progress.Layers;
                bar.Value = progress.Layer - 1 + progress.Fraction;
            }));
        });

    private void Write(Action write)
    {
        if (broken)
            return;
        try
        {
            write();
        }
        catch (IOException e)
        {
            broken = true;
            throw new IOException($"The output can't be written: {e.Message}", e);
        }
    }
}

/// <summary>Calls back at once: <see cref="Progress{T}"/> would do so on other threads, later than the work itself.</summary>
public sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => listen(value);
}
