using System.Xml.Linq;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Samples.Reporting;
using DeepBelief.Samples.Reporting.Charts;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Samples.Reporting.Results;
using TorchSharp;

namespace DeepBelief.Experiments.GenerativeClassifiers;

/// <summary>Test errors beside published ones, how training went, what the network draws, and what it looks for.</summary>
internal static class GenerativeClassifierReport
{
    private const int ShownOfClass = 20;
    private const int Units = 64;
    private const int UnitColumns = 8;
    private static readonly int[] ChainSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    private static readonly Axis Epoch = new("epoch of the top machine, then of up-down") { IsWhole = true };

    public static IEnumerable<Section> Sections(GenerativeClassifierResults results, ImageSet images)
    {
        if (results.Models.Count == 0)
            yield break;
        yield return Errors(results, images);
        yield return Training(results);
        yield return PretrainingCurves.Create(results.Layers, "All training images are learned from, and none held out.");
        if (results.Drawn.Count > 0)
        {
            yield return Drawn(results, images);
            yield return Recognised(results, images);
        }

        yield return Chains(results, images);
        yield return Filters(results);
    }

    /// <summary>One chain of each class, with the label held, seen after some of its steps.</summary>
    /// <param name="sample">Draws an image of each label by so many steps of a chain.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="device">Of the network.</param>
    /// <param name="seed">Of the chains.</param>
    /// <returns>For each number of steps the images, <c>[classes, pixels]</c>.</returns>
    internal static IReadOnlyList<(int Steps, torch.Tensor Images)> OverTime(
        Func<torch.Tensor, int, torch.Generator?, torch.Tensor> sample, int classes, torch.Device device, int seed)
    {
        using var labels = DrawnImages.Labels(classes, 1, device);
        // A generator of the same seed draws the same numbers, so a longer chain goes on where a shorter one ends.
        return [.. ChainSteps.Select(steps =>
        {
            using var generator = SeededGenerator.For(device, seed);
            return (steps, sample(labels, steps, generator));
        })];
    }

    private static Section Errors(GenerativeClassifierResults results, ImageSet images)
    {
        var recipe = results.Recipe!;
        var learned = recipe.ValidationRows > 0
            ? $"The last {Numbers.Whole(recipe.ValidationRows)} training images were not learned from"
            : "All training images were learned from";
        var settings = (images, recipe.ValidationRows) switch
        {
            (not ImageSet.Mnist, _) => "settings are those for MNIST",
            (_, > 0) => "settings were chosen by them beforehand",
            _ => "settings were chosen beforehand by the last 10,000 of them, in runs without these",
        };
        var several = results.Models.Select(model => model.Seed).Distinct().Count() > 1 ? " Mean ± standard deviation of the seeds; times are means." : "";
        return new(
            "Test error",
            Html.Paragraph(
                $"The layers {recipe.Layers}, of which the two highest form a machine that has the labels among its lower units, so that the probability of each class follows in closed "
                + "form from what the layers below expect. Greedy training teaches one layer after the other; then the weights upwards and downwards are set "
                + "free of each other, and the up-down algorithm teaches all layers to draw what is seen and to infer what was drawn."
                + (recipe.UpDown.Any(phase => phase.DiscriminativeWeight > 0) ? " It also teaches them to tell the classes." : "")),
            Html.Paragraph($"{learned}, and {settings}; the test images were looked at once after each stage, and once by the judge."),
            results.ToTable().ToHtml(
                "Test error, the share of drawn images that the judge recognises as the class asked for, and the time of each stage."
                + (recipe.Published.Count > 0 ? $" Published test errors are those of {PublishedGenerative.Source}: after greedy training with 44,000 images, and after up-down with all 60,000." : "") + several));
    }

    private static Section Training(GenerativeClassifierResults results)
    {
        var first = results.Models.Where(model => model.Seed == results.Models[0].Seed).ToList();
        var hasValidation = first[0].ValidationError is not null;
        var series = new List<Series>();
        var before = 0;
        foreach (var model in first)
        {
            series.Add(new(model.Training, [.. model.Epochs.Select(epoch => new SeriesPoint(
                before + epoch.Epoch, 100 * (1 - (hasValidation ? epoch.Validation! : epoch.Train).Accuracy)))]));
            before += model.Epochs.Count;
        }

        var rows = hasValidation ? "validation" : "training";
        return new(
            "Training",
            Html.Figure(
                $"Seed {first[0].Seed}. Error on {(hasValidation ? "the validation images" : "a sample of the training images")} after every epoch in which labels are learned.",
                new LineChart($"Error on {rows} images", Epoch, new($"{rows} error, %") { IsLogarithmic = true }, series).ToHtml()));
    }

    private static Section Drawn(GenerativeClassifierResults results, ImageSet images)
    {
        var shown = Math.Min(ShownOfClass, results.Drawn[0].PerClass);
        var classes = string.Join(", ", images.Classes);
        return new(
            "Images on demand",
            [
                Html.Paragraph(
                    $"Each row is a class, from top to bottom: {classes}. The label is held while features, which begin as noise, and the units above them are drawn in turn, "
                    + $"{Numbers.Whole(results.Recipe!.Draws.Steps)} times; one pass down through the layers below ends in the probabilities of the pixels, which are shown."),
                .. results.Images.Select(drawn =>
                {
                    using var scope = torch.NewDisposeScope();
                    var pictures = drawn.Value.reshape(images.Classes.Count, -1, drawn.Value.shape[1]).narrow(1, 0, shown).reshape(-1, drawn.Value.shape[1]);
                    return Html.Figure($"After {drawn.Key}: {shown} chains of each class.", Pictures.Digits(pictures, shown, $"Images drawn by class after {drawn.Key}"));
                }),
            ]);
    }

    private static Section Recognised(GenerativeClassifierResults results, ImageSet images)
    {
        var last = results.Drawn.Last(one => one.Seed == results.Drawn[0].Seed);
        var judge = results.JudgeFigures!;
        return new(
            "Would another recognise them?",
            Html.Paragraph(
                $"The judge is a classifier of its own, {judge.Name}, that has learned from the same training images and has a test error of {Numbers.Percent(judge.TestError)}. "
                + $"It looks at {Numbers.Whole(results.Recipe!.Draws.PerClass)} drawn images of each class. Bad drawings lower the share that it recognises; drawings that are all alike do not."),
            results.ByClass(images.Classes).ToHtml("Share of the drawn images that the judge recognises as the class asked for."),
            new ConfusionMatrix(images.Classes.Count, last.Pairs).ToHtml(
                $"After {last.Training}, seed {last.Seed}: a row for each class asked for, a column for what the judge sees. The redder, the more; last, the share that is right.", images.Classes, "asked for"));
    }

    private static Section Chains(GenerativeClassifierResults results, ImageSet images)
    {
        using var scope = torch.NewDisposeScope();
        var (seed, device) = (results.Models[0].Seed, results.Tied!.TopMachine.Weight.device);
        var (what, steps) = results.Untied is { } untied
            ? (GenerativeResult.UpDown, OverTime((labels, count, generator) => untied.Sample(labels, count, generator), images.Classes.Count, device, seed))
            : (GenerativeResult.Greedy, OverTime((labels, count, generator) => results.Tied.Sample(labels, count, generator), images.Classes.Count, device, seed));
        return new(
            "A chain over time",
            Html.Paragraph(
                "Each column is one chain, whose label is held: what the network has in mind, seen by a pass down after more and more steps. The chain begins at noise and "
                + "goes on through images of its class."),
            Html.Figure(
                $"The network after {what}, seed {seed}.",
                Html.Strips(steps.Select(one => (
                    one.Steps == 1 ? "1 step" : $"{Numbers.Whole(one.Steps)} steps",
                    Pictures.Digits(one.Images, images.Classes.Count, $"Chains of all classes after {one.Steps} steps"))))));
    }

    private static Section Filters(GenerativeClassifierResults results)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var figures = new List<XElement> { Figure("After greedy training, the same upwards and downwards", results.Tied!.Layers[0].Weight) };
        if (results.Untied?.Layers[0] is { } layer)
        {
            figures.Add(Figure("After up-down, upwards: what a unit looks for", layer.Recognition));
            figures.Add(Figure("After up-down, downwards: what a unit draws", layer.Generative.t()));
        }

        return new(
            "Filters",
            Html.Paragraph("Each square is one unit of the lowest hidden layer: its weights to the pixels. Red pixels excite the unit, blue ones inhibit it; downwards, the unit makes red pixels likelier."),
            Html.SideBySide(figures));

        static XElement Figure(string caption, torch.Tensor weights)
            => Html.Figure($"{caption}.", Pictures.Filters(weights.narrow(0, 0, Math.Min(Units, weights.shape[0])), UnitColumns, $"Filters. {caption}"));
    }
}
