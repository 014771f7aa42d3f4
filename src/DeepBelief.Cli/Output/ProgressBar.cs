using DeepBelief.Evaluation;
using DeepBelief.Training;
using Spectre.Console;

namespace DeepBelief.Cli.Output;

/// <summary>Shows on a terminal how far a long piece of work is, and nothing elsewhere.</summary>
/// <param name="error">Standard error, or what is in its place.</param>
internal sealed class ProgressBar(TextWriter error)
{
    /// <summary>Trains, with a bar.</summary>
    public T Training<T>(string title, Func<IProgress<TrainingProgress>, T> work)
        => Show(title, report => work(new Listener<TrainingProgress>(progress => report((progress.Layer - 1 + progress.Fraction) / progress.Layers))));

    /// <summary>Anneals, with a bar.</summary>
    public T Annealing<T>(string title, Func<IProgress<AnnealingProgress>, T> work)
        => Show(title, report => work(new Listener<AnnealingProgress>(progress => report(progress.Fraction))));

    private T Show<T>(string title, Func<Action<double>, T> work)
    {
        if (error is not StandardWriter || Console.IsErrorRedirected)
            return work(_ => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes });
        // A terminal that moves no cursor gets no bars.
        if (!console.Profile.Capabilities.Ansi)
            return work(_ => { });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                return work(fraction => bar.Value = fraction);
            });
    }

    // Calls back at once: Progress<T> would do so on other threads, later than the work itself.
    private sealed class Listener<TValue>(Action<TValue> listen) : IProgress<TValue>
    {
        public void Report(TValue value) => listen(value);
    }
}
