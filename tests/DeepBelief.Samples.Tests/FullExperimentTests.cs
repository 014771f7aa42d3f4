using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Full;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Models;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class FullExperimentTests
{
    // The one learns; the others take steps so small that they can't.
    private static readonly FineTuning Good = new("good", new DropoutRates(0.1, 0.1), 0.05, BatchSize: 20);
    private static readonly FineTuning Bad = new("bad", new DropoutRates(), 1e-7, BatchSize: 20);
    private static readonly BeliefNetwork Belief = new(TinyDigits.Dbn);
    private static readonly FullRecipe Recipe = new(
        ValidationRows: 40,
        new(Belief, Bad, TrialEpochs: 20, Epochs: 60),
        new(Belief, Good, TrialEpochs: 30, Epochs: 40))
    {
        Published = [new("another model", 0.0123, "somebody")],
    };

    [Fact]
    public void The_last_training_images_choose_and_all_of_them_train_the_choice()
    {
        using var results = new FullResults();
        var context = Run(results, TinyDigits.Split());

        var seed = results.Seeds.Should().ContainSingle().Subject;
        results.Trials.Select(trial => trial.Candidate.Settings).Should().Equal(Bad, Good);
        results.Best!.Candidate.Settings.Should().Be(Good);
        results.Trials[0].Error.Should().BeGreaterThan(0.5);
        results.Trials[1].Error.Should().BeLessThan(0.3);
        results.Trials.Select(trial => trial.Epochs.Count).Should().Equal(20, 30);
        seed.Epochs.Should().HaveCount(40).And.OnlyContain(epoch => epoch.Validation == null);
        seed.TestError.Should().BeLessThan(0.3);

        // 80 of 120 images in the trials, all of them at the end; one pre-training for both.
        context.Stages.Where(stage => stage.Title.Contains("Trial")).Select(stage => stage.Rows).Should().Equal(80 * 20, 80 * 30);
        context.Stages[^1].Rows.Should().Be(120 * 40);
        context.Stages.Should().HaveCount(4);

        // What was scored is the classifier that is kept.
        using var data = TinyDigits.Split();
        results.Classifier!.Score(data.TestImages, data.TestLabels).Should().Be(seed.Test);
    }

    [Fact]
    public void A_way_to_learn_can_normalize_the_inputs_of_hidden_units()
    {
        using var results = new FullResults();
        _ = Run(results, TinyDigits.Split(), recipe: new(ValidationRows: 40, new FullCandidate(Belief, Good with { IsNormalized = true }, TrialEpochs: 10, Epochs: 30)));
        results.Seeds.Single().TestError.Should().BeLessThan(0.3);
        results.Classifier!.Modules.OfType<BatchNorm1d>().Should().HaveCount(TinyDigits.Dbn.Sizes.Count - 1);
    }

    [Fact]
    public void The_choice_is_said_with_its_reason()
    {
        using var results = new FullResults { Recipe = Recipe };
        results.Choice.Should().BeNull("nothing is tried");
        Add(Recipe.Candidates[0], error: 0.1, loss: 0.5);
        results.Choice.Should().BeNull("not all are tried");
        Add(Recipe.Candidates[1], error: 0.05, loss: 0.6);
        results.Choice.Should().Be("Validation chose good: of 2 candidates it has the least error, 5.00 %; next is bad with 10.00 %, a difference of 2 of the 40 validation images.");

        results.Recipe = Recipe with { Candidates = [.. Recipe.Candidates, new(Belief, Good with { Name = "surer" }, 1, 1)] };
        Add(results.Recipe.Candidates[2], error: 0.05, loss: 0.4);
        results.Choice.Should().Be("Validation chose surer: of 3 candidates it has the least error, 5.00 %, as good has, and no greater loss, 0.4000 against 0.6000.");
        results.Best!.Candidate.Name.Should().Be("surer");

        void Add(FullCandidate candidate, double error, double loss)
            => results.Add(new(0, candidate, [new(1, 0.1, new(0, 1), new(loss, 1 - error), TimeSpan.FromSeconds(1))], TimeSpan.Zero));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deep_Boltzmann_machine_can_be_the_beginning(bool isAugmented)
    {
        using var checkpoints = new TemporaryFolder();
        var machine = new BoltzmannNetwork([24, 16, 12], WeightInitialization.Normal(0.1), new() { Epochs = 5, BatchSize = 20 }, isAugmented);
        var recipe = Recipe with { Candidates = [Recipe.Candidates[0], new(machine, Good with { Name = "machine" }, TrialEpochs: 30, Epochs: 40)] };
        using var results = new FullResults();
        using var again = new FullResults();
        var context = Run(results, TinyDigits.Split(), recipe: recipe, checkpoints: checkpoints.Path);
        var second = Run(again, TinyDigits.Split(), recipe: recipe, checkpoints: checkpoints.Path);

        results.Best!.Candidate.Network.Should().Be(machine);
        results.Seeds[0].TestError.Should().BeLessThan(0.3);
        var inputs = isAugmented ? 24 + 12 : 24;
        results.Classifier!.InputSize.Should().Be(inputs);
        results.TestInputs!.shape.Should().Equal(50, inputs);
        using var data = TinyDigits.Split();
        results.Classifier.Score(results.TestInputs, data.TestLabels).Should().Be(results.Seeds[0].Test);
        results.TestInputs.narrow(1, 0, 24).Equals(data.TestImages).Should().BeTrue();
        results.Choices().Rows.Select(row => row[1]).Should().Equal("DBN 24-16-16", "DBM 24-16-12");

        var page = new Page("", "", [PretrainingCurves.Create(results.Seeds[0].Layers, "None held out.", machine.Learning)]).ToString();
        page.Should().Contain("All layers are trained together. A falling reconstruction error shows learning.").And.NotContain("Pseudo-log-likelihood");

        context.Stages.Select(stage => stage.Title).Should().Contain("DBM 24-16-12: pre-training");
        second.Stages.Where(stage => stage.Reused).Should().HaveCount(2, "both networks are kept");
        again.Seeds[0].Test.Should().Be(results.Seeds[0].Test);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Virtual_adversarial_training_is_a_candidate_like_others()
    {
        var smooth = Good with { Name = "smooth", Dropout = new(), VirtualAdversarial = new() { Distance = 1, BatchSize = 20 } };
        var recipe = Recipe with { Candidates = [new(Belief, smooth with { Name = "rough", VirtualAdversarial = null }, 10, 10), new(Belief, smooth, 10, 10)] };
        using var results = new FullResults();
        var context = Run(results, TinyDigits.Split(), recipe: recipe);

        results.Trials[1].Epochs[^1].Train.Should().NotBe(results.Trials[0].Epochs[^1].Train);
        context.Stages.Single(stage => stage.Title == "Trial: smooth").Settings.Single().Text.Should().Contain("virtual adversarial training at distance 1");
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

        var (trial, other) = (results.Trials[1], changed.Trials[1]);
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
        wrong.Trials.Select(Figures).Should().BeEquivalentTo(results.Trials.Select(Figures), options => options.WithStrictOrdering());
        wrong.Best!.Candidate.Should().Be(results.Best!.Candidate);
        other.Epochs.Select(epoch => epoch.Train).Should().Equal(one.Epochs.Select(epoch => epoch.Train));
        SameWeights(results.Classifier!, wrong.Classifier!).Should().BeTrue();
        other.TestError.Should().BeGreaterThan(one.TestError!.Value + 0.5);

        static IEnumerable<(ClassifierScore Train, ClassifierScore? Test)> Figures(FullTrial trial) => trial.Epochs.Select(epoch => (epoch.Train, epoch.Validation));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_first_seed_chooses_and_every_seed_learns()
    {
        using var results = new FullResults();
        using var again = new FullResults();
        var context = Run(results, TinyDigits.Split(), seeds: [1, 2]);
        // The choice is the same here whichever seed makes it.
        _ = Run(again, TinyDigits.Split(), seeds: [2]);

        results.Trials.Select(trial => trial.Seed).Should().Equal(1, 1);
        results.Seeds.Select(seed => seed.Seed).Should().Equal(1, 2);
        context.Stages.Select(stage => stage.Seed).Should().Equal(1, 1, 1, 1, 2, 2);
        again.Seeds[0].Test.Should().Be(results.Seeds[1].Test);
        again.Seeds[0].Test.Should().NotBe(results.Seeds[0].Test);
        var errors = results.Seeds.Select(seed => seed.TestError!.Value).ToArray();
        results.TestError!.Mean.Should().BeApproximately((errors[0] + errors[1]) / 2, 1e-12);
        results.TestError.Count.Should().Be(2);
        results.Errors().Rows.Select(row => row[0]).Should().Equal("this run, seed 1", "this run, seed 2", "mean of 2 seeds", "another model");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_trials()
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        using var cancel = new CancellationTokenSource();
        using var text = new CancellingWriter("Trial: good", cancel);
        using var results = new FullResults();
        var context = TinyDigits.Context(data, output: new RunOutput(Terminal.Create(text, redirected: true), TextWriter.Null), cancellationToken: cancel.Token);
        var experiment = new FullExperiment { Recipe = _ => Recipe with { Candidates = [.. Recipe.Candidates.Select(candidate => candidate with { Epochs = 1_000_000 })] } };

        var run = () => experiment.Run(context, results);

        run.Should().Throw<OperationCanceledException>();
        results.Trials.Should().HaveCount(2);
        results.Seeds[0].Test.Should().BeNull();
        results.TestError.Should().BeNull();
    }

    private static ExperimentContext Run(
        FullResults results, MnistSplit split, int[]? seeds = null, FullRecipe? recipe = null, string? checkpoints = null)
    {
        using var data = TinyDigits.Data(() => split);
        var context = TinyDigits.Context(data, new ExperimentOptions { Seeds = seeds ?? [0], CheckpointFolder = checkpoints });
        new FullExperiment { Recipe = _ => recipe ?? Recipe }.Run(context, results);
        return context;
    }

    private static bool SameWeights(Classifier one, Classifier other)
    {
        using var scope = torch.NewDisposeScope();
        return one.parameters().Zip(other.parameters()).All(pair => pair.First.bytes.SequenceEqual(pair.Second.bytes));
    }
}
