using DeepBelief.Samples.Mnist;
using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Mnist.Experiments;
using DeepBelief.Samples.Mnist.Experiments.FewLabels;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class FewLabelsTests
{
    private static readonly FewLabelsCandidate Good = new(new FineTuning("good", new DropoutRates(0.1, 0.1), 0.05), 3);
    private static readonly FewLabelsCandidate Bad = new(new FineTuning("bad", new DropoutRates(), 1e-7));
    private static readonly FewLabelsRecipe Recipe = new(
        TinyDigits.Dbn,
        ValidationRows: 40,
        [
            new(20, 3, 10, new(10, Bad, Good), new(20, Good, Bad)),
            new(null, 1, 10, new(20), new(30)),
        ]);

    [Fact]
    public async Task Every_draw_is_learned_with_and_without_pre_training()
    {
        using var results = await Run();

        results.Classifiers.Select(one => (one.Labels, one.Draw, one.Pretrained)).Should().Equal(
            (20, 0, true), (20, 0, false), (20, 1, true), (20, 1, false), (20, 2, true), (20, 2, false), (120, 0, true), (120, 0, false));
        results.Classifiers[^1].TestAccuracy.Should().BeGreaterThan(0.6, "all labels are enough for this data");

        // Both have chosen from the first 80 images, once, by the 40 others.
        results.Trials.Select(trial => (trial.Labels, trial.Pretrained, trial.Settings)).Should().Equal(
            (20, true, Bad), (20, true, Good), (20, false, Good), (20, false, Bad));
        results.Classifiers.Should().OnlyContain(one => one.Settings == Good);
        foreach (var arm in results.Trials.GroupBy(trial => trial.Pretrained))
            arm.Single(trial => trial.Settings == Good).ValidationAccuracy.Should().BeGreaterThan(arm.Single(trial => trial.Settings == Bad).ValidationAccuracy);

        var row = results.Rows.First();
        var (with, without) = (Accuracies(pretrained: true), Accuracies(pretrained: false));
        row.Labels.Should().Be(20);
        row.With.Should().Be(Statistics.Of(with));
        row.Without.Should().Be(Statistics.Of(without));
        row.Gain.Should().Be(Statistics.Of([.. with.Zip(without, (a, b) => a - b)]));
        results.Rows.Last().With.StandardDeviation.Should().BeNull();

        double[] Accuracies(bool pretrained)
            => [.. results.Classifiers.Where(one => one.Labels == 20 && one.Pretrained == pretrained).Select(one => one.TestAccuracy)];
    }

    [Fact]
    public void A_draw_has_as_many_images_of_each_class_and_depends_on_the_seed_and_draw_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var split = TinyDigits.Split();
        using var all = split.Train();
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var one = new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 4).Draw(all, 30, draw: 2);

        one.Labels.data<long>().ToArray().GroupBy(label => label).Should().HaveCount(10).And.OnlyContain(rows => rows.Count() == 3);
        // The images belong to the labels.
        var pairs = Pairs(all).ToHashSet();
        Pairs(one).Should().OnlyContain(pair => pairs.Contains(pair));

        var same = new FewLabelsRun(TinyDigits.Context(data), Recipe with { Sizes = [] }, seed: 4).Draw(all, 30, draw: 2);
        same.Images.bytes.SequenceEqual(one.Images.bytes).Should().BeTrue();
        new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 4).Draw(all, 30, draw: 1).Images.bytes.SequenceEqual(one.Images.bytes).Should().BeFalse();
        new FewLabelsRun(TinyDigits.Context(data), Recipe, seed: 5).Draw(all, 30, draw: 2).Images.bytes.SequenceEqual(one.Images.bytes).Should().BeFalse();

        var tooMany = () => all.Balanced(13, 1);
        tooMany.Should().Throw<InvalidDataException>().WithMessage("*13 images of class*12*");

        static IEnumerable<string> Pairs(LabelledImages images)
        {
            var labels = images.Labels.data<long>().ToArray();
            var pixels = images.Images.data<float>().ToArray();
            return labels.Select((label, row) => $"{label}: {string.Join(' ', pixels[(24 * row)..(24 * (row + 1))])}");
        }
    }

    [Fact]
    public async Task Settings_are_chosen_without_the_labels_that_validate()
    {
        using var results = await Run();
        var split = TinyDigits.Split();
        _ = split.TrainLabels.narrow(0, 80, 40).fill_(3);
        using var data = TinyDigits.Data(() => split);
        using var changed = new FewLabelsResults();
        await new FewLabelsExperiment { Recipe = Recipe with { Sizes = [Recipe.Sizes[0] with { Draws = 0 }] } }.RunAsync(TinyDigits.Context(data), changed);

        // Who learned the digits calls few of the last images a 3.
        changed.Trials.Single(trial => trial is { Pretrained: false } && trial.Settings == Good).ValidationAccuracy.Should().BeLessThan(0.4);
        results.Trials.Single(trial => trial is { Pretrained: false } && trial.Settings == Good).ValidationAccuracy.Should().BeGreaterThan(0.4);
    }

    [Fact]
    public async Task Same_seed_same_figures()
    {
        using var results = await Run(1, 2);
        using var again = await Run(2);

        Figures(again).Should().Equal(Figures(results).Skip(8));
        Figures(again).Should().NotEqual(Figures(results).Take(8));

        static IEnumerable<double> Figures(FewLabelsResults of) => of.Classifiers.Select(one => one.TestAccuracy);
    }

    [Fact]
    public async Task Test_labels_have_a_say_in_nothing_but_the_accuracy()
    {
        using var results = await Run();
        using var wrong = new FewLabelsResults();
        using var data = TinyDigits.Data(() => TinyDigits.Split(testShift: 1));
        await new FewLabelsExperiment { Recipe = Recipe }.RunAsync(TinyDigits.Context(data), wrong);

        wrong.Trials.Should().Equal(results.Trials);
        // A classifier that is right has all of them wrong now.
        wrong.Classifiers.Zip(results.Classifiers).Should().OnlyContain(pair => pair.First.TestAccuracy <= 1 - pair.Second.TestAccuracy + 1e-9);
    }

    [Fact]
    public void A_draw_that_is_finished_only_with_pre_training_is_left_out()
    {
        using var results = new FewLabelsResults();
        results.Add(new(0, 100, 0, true, 0.9, TimeSpan.Zero));
        results.Rows.Should().BeEmpty();
        results.Add(new(0, 100, 0, false, 0.7, TimeSpan.Zero));
        results.Add(new(0, 100, 1, true, 0.1, TimeSpan.Zero));
        results.Rows.Should().ContainSingle().Which.Gain.Mean.Should().BeApproximately(0.2, 1e-12);
    }

    private static async Task<FewLabelsResults> Run(params int[] seeds)
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var results = new FewLabelsResults();
        await new FewLabelsExperiment { Recipe = Recipe }.RunAsync(TinyDigits.Context(data, new MnistOptions { Seeds = seeds is [] ? [0] : seeds }), results);
        return results;
    }
}
