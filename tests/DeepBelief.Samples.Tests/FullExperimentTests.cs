using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Full;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class FullExperimentTests
{
    // The one learns; the other takes steps so small that it can't.
    private static readonly FineTuning Good = new("good", new DropoutRates(0.1, 0.1), 0.05, BatchSize: 20);
    private static readonly FineTuning Bad = new("bad", new DropoutRates(), 1e-7, BatchSize: 20);
    private static readonly FullRecipe Recipe = new(
        TinyDigits.Dbn,
        ValidationRows: 40,
        new(Bad, TrialEpochs: 20, Epochs: 60),
        new(Good, TrialEpochs: 30, Epochs: 40));

    [Fact]
    public void The_last_training_images_choose_and_all_of_them_train_the_choice()
    {
        using var results = new FullResults();
        var context = Run(results, TinyDigits.Split());

        var seed = results.Seeds.Should().ContainSingle().Subject;
        seed.Trials.Select(trial => trial.Settings).Should().Equal(Bad, Good);
        seed.Best!.Settings.Should().Be(Good);
        seed.Trials[0].Error.Should().BeGreaterThan(0.5);
        seed.Trials[1].Error.Should().BeLessThan(0.3);
        seed.Trials.Select(trial => trial.Epochs.Count).Should().Equal(20, 30);
        seed.Epochs.Should().HaveCount(40).And.OnlyContain(epoch => epoch.Validation == null);
        seed.TestError.Should().BeLessThan(0.3);

        // 80 of 120 images in the trials, all of them at the end.
        context.Stages.Where(stage => stage.Title.Contains("Trial")).Select(stage => stage.Rows).Should().Equal(80 * 20, 80 * 30);
        context.Stages[^1].Rows.Should().Be(120 * 40);

        // What was scored is the classifier that is kept.
        using var data = TinyDigits.Split();
        results.Classifier!.Score(data.TestImages, data.TestLabels).Should().Be(seed.Test);
    }

    [Fact]
    public void Validation_is_on_the_last_training_images()
    {
        using var results = new FullResults();
        _ = Run(results, TinyDigits.Split());

        // Other labels there, and only the scores of the trials change, not what is learned in them.
        var data = TinyDigits.Split();
        _ = data.TrainLabels.narrow(0, 80, 40).fill_(3);
        using var changed = new FullResults();
        _ = Run(changed, data);

        var (trial, other) = (results.Seeds[0].Trials[1], changed.Seeds[0].Trials[1]);
        other.Epochs.Select(epoch => epoch.Train).Should().Equal(trial.Epochs.Select(epoch => epoch.Train));
        other.Error.Should().BeGreaterThan(0.7);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Test_labels_have_a_say_in_nothing_but_the_test_error()
    {
        using var results = new FullResults();
        using var wrong = new FullResults();
        _ = Run(results, TinyDigits.Split());
        _ = Run(wrong, TinyDigits.Split(testShift: 1));

        var (one, other) = (results.Seeds[0], wrong.Seeds[0]);
        other.Trials.Select(Figures).Should().BeEquivalentTo(one.Trials.Select(Figures), options => options.WithStrictOrdering());
        other.Best!.Settings.Should().Be(one.Best!.Settings);
        other.Epochs.Select(epoch => epoch.Train).Should().Equal(one.Epochs.Select(epoch => epoch.Train));
        SameWeights(results.Classifier!, wrong.Classifier!).Should().BeTrue();
        other.TestError.Should().BeGreaterThan(one.TestError!.Value + 0.5);

        static IEnumerable<(ClassifierScore Train, ClassifierScore? Test)> Figures(FullTrial trial) => trial.Epochs.Select(epoch => (epoch.Train, epoch.Validation));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Same_seed_same_figures_and_several_seeds_have_a_mean()
    {
        using var results = new FullResults();
        using var again = new FullResults();
        _ = Run(results, TinyDigits.Split(), seeds: [1, 2]);
        _ = Run(again, TinyDigits.Split(), seeds: [2]);

        results.Seeds.Select(seed => seed.Seed).Should().Equal(1, 2);
        again.Seeds[0].Test.Should().Be(results.Seeds[1].Test);
        again.Seeds[0].Test.Should().NotBe(results.Seeds[0].Test);
        var errors = results.Seeds.Select(seed => seed.TestError!.Value).ToArray();
        results.TestError!.Mean.Should().BeApproximately((errors[0] + errors[1]) / 2, 1e-12);
        results.TestError.Count.Should().Be(2);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_trials()
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource();
        using var results = new FullResults();
        var context = TinyDigits.Context(data, cancellationToken: cancel.Token);
        var experiment = new FullExperiment { Recipe = Recipe with { Candidates = [.. Recipe.Candidates.Select(candidate => candidate with { Epochs = 1_000_000 })] } };
        cancel.CancelAfter(TimeSpan.FromSeconds(5));

        var run = () => experiment.Run(context, results);

        run.Should().Throw<OperationCanceledException>();
        results.Seeds[0].Trials.Should().HaveCount(2);
        results.Seeds[0].Test.Should().BeNull();
        results.TestError.Should().BeNull();
    }

    private static ExperimentContext Run(FullResults results, MnistSplit split, int[]? seeds = null)
    {
        using var data = TinyDigits.Data(() => split);
        var context = TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds ?? [0] });
        new FullExperiment { Recipe = Recipe }.Run(context, results);
        return context;
    }

    private static bool SameWeights(Classifier one, Classifier other)
    {
        using var scope = torch.NewDisposeScope();
        return one.parameters().Zip(other.parameters()).All(pair => pair.First.bytes.SequenceEqual(pair.Second.bytes));
    }
}
