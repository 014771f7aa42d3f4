using DeepBelief.Training;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>What the user reads while the program runs.</summary>
/// <param name="console">Where it goes.</param>
/// <param name="quiet">Whether notes and progress are left out.</param>
/// <param name="results">Whether results are printed.</param>
internal sealed class RunOutput(IAnsiConsole console, bool quiet, bool results = true)
{
    /// <summary>A result: a table, a line.</summary>
    public void Result(Table table)
    {
        if (results)
            console.Write(table);
    }

    /// <inheritdoc cref="Result(Table)"/>
    public void Result(string line)
    {
        if (results)
            console.WriteLine(line);
    }

    /// <summary>What is good to know and no result.</summary>
    public void Note(string line)
    {
        if (!quiet)
            console.WriteLine(line);
    }

    /// <summary>A long piece of work: a bar with the time left on a terminal, one line at its end elsewhere.</summary>
    public T Stage<T>(string title, Func<IProgress<TrainingProgress>, T> work)
        => quiet ? work(new Listener(_ => { })) : Output.Stage.Run(console, title, work);
}
