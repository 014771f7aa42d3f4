using System.Diagnostics;
using System.Globalization;
using DeepBelief.Training;
using Spectre.Console;

namespace DeepBelief.Samples.Mnist.Output;

/// <summary>A long piece of work shown to the user: a bar with the time left on a terminal, one line at its end elsewhere.</summary>
internal static class Stage
{
    public static T Run<T>(IAnsiConsole console, string title, Func<IProgress<TrainingProgress>, T> work)
    {
        var clock = Stopwatch.StartNew();
        if (!console.Profile.Capabilities.Interactive)
        {
            var plain = work(new Listener(_ => { }));
            Finish();
            return plain;
        }

        var result = console.Progress()
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
        Finish();
        return result;

        void Finish() => console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {clock.Elapsed.TotalSeconds:F1} s"));
    }
}
