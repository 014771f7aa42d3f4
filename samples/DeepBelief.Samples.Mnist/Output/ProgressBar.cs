using DeepBelief.Training;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>A bar with the time left, on a terminal, while some work is done.</summary>
internal static class ProgressBar
{
    public static T Show<T>(IAnsiConsole console, string title, Func<IProgress<TrainingProgress>, T> work) => console.Progress()
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
}
