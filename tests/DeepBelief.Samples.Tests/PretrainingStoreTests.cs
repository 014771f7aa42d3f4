using DeepBelief.Experiments;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Samples.Reporting.Runs;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class PretrainingStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly torch.Tensor images;
    private readonly torch.Tensor heldOut;

    public PretrainingStoreTests()
    {
        using var generator = new torch.Generator(3);
        images = torch.rand(new long[] { 60, 8 }, generator: generator);
        heldOut = torch.rand(new long[] { 20, 8 }, generator: generator);
    }

    public void Dispose()
    {
        images.Dispose();
        heldOut.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_second_run_uses_the_first_ones_result_and_tells_its_time()
    {
        using var without = Train(Options with { CheckpointFolder = null });
        using var first = Train(Options);
        using var second = Train(Options, out var text, out _);

        first.Reused.Should().BeFalse();
        first.Start.Should().Be((1, 1));
        second.Reused.Should().BeTrue();
        second.Time.Should().Be(first.Time).And.BePositive();
        second.Histories.Should().BeEquivalentTo(first.Histories);
        second.Histories.Select(history => history.Last.FreeEnergyGap).Should().NotContainNulls();
        ShouldBeTheSame(second, without);
        text.Should().Match($"a plan: pre-training: used again; {first.Time.TotalSeconds:F1} s when it was done*");
        folder.Files.Should().ContainSingle().Which.Should().MatchRegex("^tiny-seed5-[0-9a-f]{8}\\.pretraining\\.pt$");
    }

    [Fact]
    public void A_linear_code_has_Gaussian_units_on_top_and_a_file_of_its_own()
    {
        var plan = Plan with { HasLinearCode = true };
        using var first = Train(Options, plan);
        using var second = Train(Options, plan);
        using var binary = Train(Options);

        first.Dbn.Layers.Select(layer => (layer.Visible.GetType(), layer.Hidden.GetType())).Should().Equal(
            (typeof(BernoulliUnits), typeof(BernoulliUnits)), (typeof(BernoulliUnits), typeof(GaussianUnits)));
        second.Reused.Should().BeTrue();
        ShouldBeTheSame(second, first);
        binary.Reused.Should().BeFalse();
        binary.Dbn.Layers[1].Hidden.Should().BeOfType<BernoulliUnits>();
        folder.Files.Should().HaveCount(2);
    }

    [Fact]
    public void An_interrupted_run_is_gone_on_with_and_ends_with_the_same_bits()
    {
        var file = new CheckpointFolder(folder.Path).FileOf(Plan, torch.CPU);
        using var cancellation = new CancellationTokenSource();
        using (var dbn = Dbn.Bernoulli(Plan.Sizes, Plan.Weights, Plan.Options.Seed))
        {
            var interrupted = () => dbn.Fit(
                images,
                Plan.Options with { Checkpoint = new() { Path = file } },
                heldOut,
                new Listener(progress =>
                {
                    if (progress is { Layer: 2, Epoch: 1, Batch: var batch } && batch == progress.Batches)
                        cancellation.Cancel();
                }),
                cancellationToken: cancellation.Token);
            interrupted.Should().Throw<OperationCanceledException>();
        }

        using var rest = Train(Options, out var text, out _);
        using var whole = Train(Options with { CheckpointFolder = null });

        rest.Start.Should().Be((2, 2));
        rest.Reused.Should().BeFalse();
        ShouldBeTheSame(rest, whole);
        text.Should().Contain("went on with epoch 2 of layer 2");
    }

    [Fact]
    public void A_cancelled_run_leaves_what_it_had_and_throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var output = new Outputs();

        var act = () => new PretrainingStore(Options, output.Output).Train(Plan, cancelled.Token);

        act.Should().Throw<OperationCanceledException>();
        folder.Files.Should().BeEmpty();
    }

    [Fact]
    public void A_damaged_file_is_named_and_replaced()
    {
        using var first = Train(Options);
        var file = folder.File(folder.Files.Single());
        var bytes = File.ReadAllBytes(file);
        // More bytes than there may be between two entries, where they mean nothing.
        foreach (ref var one in bytes.AsSpan(bytes.Length / 2, 256))
            one ^= 1;
        File.WriteAllBytes(file, bytes);

        using var second = Train(Options, out _, out var warning);
        using var third = Train(Options);

        second.Start.Should().Be((1, 1));
        ShouldBeTheSame(second, first);
        warning.Should().StartWith("warning: What is kept of an earlier run can't be used, so training starts afresh: ").And.Contain(file);
        warning.Trim().Should().NotContain("\n");
        third.Reused.Should().BeTrue();
    }

    [Fact]
    public void A_file_of_another_run_is_named_and_replaced()
    {
        var kept = new CheckpointFolder(folder.Path);
        var other = Plan with { Options = Plan.Options with { LearningRate = 0.5 } };
        using (Train(Options, other))
            File.Move(kept.FileOf(other, torch.CPU), kept.FileOf(Plan, torch.CPU));

        using var trained = Train(Options, out _, out var warning);
        using var expected = Train(Options with { CheckpointFolder = null });

        warning.Should().Contain("is the checkpoint of another run").And.Contain("LearningRate");
        ShouldBeTheSame(trained, expected);
    }

    [Fact]
    public void Fresh_pays_no_heed_to_what_is_there()
    {
        using var first = Train(Options);

        using var second = Train(Options with { Fresh = true }, out _, out var warning);

        second.Start.Should().Be((1, 1));
        ShouldBeTheSame(second, first);
        warning.Should().BeEmpty();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said_and_training_goes_on()
    {
        File.WriteAllText(folder.File("file"), "in the way");

        using var trained = Train(Options with { CheckpointFolder = Path.Combine(folder.File("file"), "below") }, out _, out var warning);
        using var expected = Train(Options with { CheckpointFolder = null });

        warning.Should().MatchRegex("^warning: Training is not kept: The folder '.*below' can't be written: [^\n]*\n$");
        ShouldBeTheSame(trained, expected);
    }

    [Fact]
    public void A_file_that_cannot_be_written_any_more_costs_nothing_but_time()
    {
        // In the way of the new file, though not of the folder's.
        Directory.CreateDirectory($"{new CheckpointFolder(folder.Path).FileOf(Plan, torch.CPU)}.tmp");

        using var trained = Train(Options, out _, out var warning);
        using var expected = Train(Options with { CheckpointFolder = null });

        warning.Should().MatchRegex("^warning: Training can't be kept, so it starts afresh without: [^\n]*\n$");
        ShouldBeTheSame(trained, expected);
    }

    [Fact]
    public void What_another_process_trains_just_now_is_left_to_it()
    {
        var kept = new CheckpointFolder(folder.Path);
        var file = kept.FileOf(Plan, torch.CPU);
        using (kept.Lock(file))
        {
            using var trained = Train(Options, out _, out var warning);
            warning.Should().Contain($"Another process uses {file}");
            File.Exists(file).Should().BeFalse();
        }

        using var later = Train(Options, out _, out var nothing);
        nothing.Should().BeEmpty();
        folder.Files.Should().Equal(Path.GetFileName(file));
    }

    [Fact]
    public void The_longest_unused_files_go_first_and_only_those_of_pre_training()
    {
        var kept = new CheckpointFolder(folder.Path) { Limit = 250 };
        foreach (var (index, name) in new[] { "old.pretraining.pt", "older.pretraining.pt.tmp", "new.pretraining.pt", "my-model.pt" }.Index())
        {
            File.WriteAllBytes(folder.File(name), new byte[100]);
            File.SetLastWriteTimeUtc(folder.File(name), new DateTime(2020, 1, name.StartsWith("older", StringComparison.Ordinal) ? 1 : 2 + index));
        }

        kept.Used(folder.File("old.pretraining.pt"));
        folder.Files.Should().BeEquivalentTo("old.pretraining.pt", "new.pretraining.pt", "my-model.pt");

        // The one in use stays, even if it alone is too large.
        File.WriteAllBytes(folder.File("large.pretraining.pt"), new byte[1000]);
        kept.Used(folder.File("large.pretraining.pt"));
        folder.Files.Should().BeEquivalentTo("large.pretraining.pt", "my-model.pt");
    }

    [Fact]
    public void Whatever_changes_the_result_changes_the_file()
    {
        var kept = new CheckpointFolder(folder.Path);
        var options = Plan.Options;
        var layers = options.Layers!;
        PretrainingPlan[] plans =
        [
            Plan,
            Plan with { Name = "other" },
            Plan with { Sizes = [8, 5, 4] },
            Plan with { Weights = WeightInitialization.Normal(0.2) },
            Plan with { Weights = WeightInitialization.Original },
            Plan with { HeldOut = null },
            Plan with { Images = heldOut },
            Plan with { Options = options with { Seed = 6 } },
            Plan with { Options = options with { Inputs = LayerInputs.Samples } },
            Plan with { Options = options with { Inputs = LayerInputs.MeanOfSamples(2) } },
            Plan with { Options = options with { Layers = [layers[0] with { Epochs = 4 }, layers[1]] } },
            Plan with { Options = options with { Layers = [layers[0], layers[1] with { LearningRate = 0.3 }] } },
            Plan with { Options = options with { Layers = [layers[0] with { LearningRate = Schedule.Linear(0.1, 0.05) }, layers[1]] } },
            Plan with { Options = options with { Layers = [layers[0] with { NegativePhase = new ContrastiveDivergence(2) }, layers[1]] } },
            Plan with { Options = options with { Layers = [layers[0] with { Optimizer = new AdamSettings() }, layers[1]] } },
            Plan with { Options = options with { Layers = [layers[0] with { Optimizer = new SgdSettings { WeightDecay = 1e-5 } }, layers[1]] } },
        ];

        plans.Select(plan => kept.FileOf(plan, torch.CPU)).Should().OnlyHaveUniqueItems();
        kept.FileOf(Plan with { Title = "another title" }, torch.CPU).Should().Be(kept.FileOf(Plan, torch.CPU));
    }

    [Fact]
    public void Early_stopping_does_not_look_at_the_images_held_out()
    {
        var stopping = Plan with { Options = new DbnTrainingOptions { Epochs = 3, Patience = 2 } };

        using var trained = Train(Options, stopping);

        trained.Histories.SelectMany(history => history.Epochs).Should().OnlyContain(epoch => epoch.FreeEnergyGap == null);
    }

    private ExperimentOptions Options => new() { CheckpointFolder = folder.Path };

    private PretrainingPlan Plan => new(
        "a plan",
        "tiny",
        [8, 6, 4],
        WeightInitialization.Normal(0.1),
        new DbnTrainingOptions
        {
            Layers = [new() { Epochs = 3, BatchSize = 20, Seed = 5 }, new() { Epochs = 2, BatchSize = 20, Seed = 5 }],
            Seed = 5,
        },
        images,
        heldOut);

    private static void ShouldBeTheSame(PretrainedDbn one, PretrainedDbn other)
    {
        foreach (var (a, b) in one.Dbn.parameters().Zip(other.Dbn.parameters()))
            a.bytes.ToArray().Should().Equal(b.bytes.ToArray());
    }

    private PretrainedDbn Train(ExperimentOptions options, PretrainingPlan? plan = null) => Train(options, out _, out _, plan);

    private PretrainedDbn Train(ExperimentOptions options, out string output, out string errors, PretrainingPlan? plan = null)
    {
        using var outputs = new Outputs();
        var result = new PretrainingStore(options, outputs.Output).Train(plan ?? Plan, default);
        (output, errors) = (outputs.Results, outputs.Errors);
        return result;
    }
}
