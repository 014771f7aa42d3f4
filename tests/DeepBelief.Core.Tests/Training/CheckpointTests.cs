using DeepBelief.Files;
using System.Buffers.Binary;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>What a checkpoint file holds, and which ones are refused.</summary>
public sealed class CheckpointTests
{
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 4,
        BatchSize = 10,
        Optimizer = new AdamSettings(),
        NegativePhase = new PersistentContrastiveDivergence(1, 8),
        LearningRate = Schedule.Linear(0.05, 0.01),
        Patience = 3,
    };

    public static TheoryData<string, TrainingOptions> OtherOptions => new()
    {
        { "options/Epochs: 4 in the checkpoint, 3 in this run", Options with { Epochs = 3 } },
        { "options/BatchSize: 10 in the checkpoint, 20 in this run", Options with { BatchSize = 20 } },
        { "options/Seed: 0 in the checkpoint, -1 in this run", Options with { Seed = -1 } },
        { "options/Patience: 3 in the checkpoint, none in this run", Options with { Patience = null } },
        { "options/LearningRate: linear from 0.05 to 0.01 in the checkpoint, 0.05 in this run", Options with { LearningRate = 0.05 } },
        { "options/Optimizer/Beta2: 0.999 in the checkpoint, 0.99 in this run", Options with { Optimizer = new AdamSettings { Beta2 = 0.99 } } },
        { "options/Optimizer/Momentum: none in the checkpoint, 0.5, 0.9 from epoch 6 in this run", Options with { Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9) } } },
        { "options/L1Penalty: none in the checkpoint, 0.001 in this run", Options with { L1Penalty = 0.001 } },
        { "options/MaxGradientNorm: none in the checkpoint, 0.5 in this run", Options with { MaxGradientNorm = 0.5 } },
        { "options/MaxWeightNorm: none in the checkpoint, 3.5 in this run", Options with { MaxWeightNorm = 3.5 } },
        { "options/Centering: DeepBelief.Training.CenteringOptions in the checkpoint, none in this run", Options with { Centering = null } },
        { "options/Centering/SlidingFactor: 0.01 in the checkpoint, 0.02 in this run", Options with { Centering = new() { SlidingFactor = 0.02 } } },
        { "options/Sparsity/Target: none in the checkpoint, 0.05 in this run", Options with { Sparsity = new() { Target = 0.05 } } },
        { "options/NegativePhase/InverseTemperatures: none in the checkpoint, 0, 0.5, 1 in this run", Options with { NegativePhase = new ParallelTempering(3) } },
        { "options/NegativePhase/Chains: 8 in the checkpoint, 9 in this run", Options with { NegativePhase = new PersistentContrastiveDivergence(1, 9) } },
        { "options/NegativePhase: DeepBelief.Sampling.PersistentContrastiveDivergence in the checkpoint, DeepBelief.Sampling.ContrastiveDivergence in this run", Options with { NegativePhase = new ContrastiveDivergence() } },
        { "options/Monitor: ReconstructionError in the checkpoint, PseudoLogLikelihood in this run", Options with { Monitor = TrainingMonitor.PseudoLogLikelihood } },
        { "options/MissingValues: Reject in the checkpoint, Draw in this run", Options with { MissingValues = MissingValues.Draw } },
        { "options/InitializeFromData: True in the checkpoint, False in this run", Options with { InitializeFromData = false } },
    };

    public static TheoryData<string, Action<Dictionary<string, object?>>> Damages => new()
    {
        { "format", file => file["format"] = "Other" },
        { "'checkpoint'", file => file["model"] = "rbm" },
        { "version", file => file["version"] = 2L },
        { "run", file => file.Remove("run") },
        { "stages", file => file["stages"] = "none" },
        { "stages", file => file["stages"] = new List<object?> { 3L } },
        { "weight: expected Float32 [4, 6], found Float32 [4, 5]", file => Entries(file, "state_dict")["weight"] = torch.zeros(4, 5) },
        { "weight: expected Float32 [4, 6], found Float64 [4, 6]", file => Entries(file, "state_dict")["weight"] = torch.zeros(4, 6, ScalarType.Float64) },
        { "hidden.bias: expected Float32 [4], found none", file => Entries(file, "state_dict").Remove("hidden.bias") },
        { "weight*finite", file => Entries(file, "state_dict")["weight"] = torch.full(4, 6, float.NaN) },
        { "best_epoch", file => Stage(file).Remove("best_epoch") },
        { "epochs*2 and 3", file => Stage(file)["best_epoch"] = 3L },
        { "epochs*2 and 0", file => Stage(file)["best_epoch"] = 0L },
        { "history", file => Stage(file)["history"] = new List<object?>() },
        { "elapsed_seconds", file => History(file)["elapsed_seconds"] = torch.tensor(new[] { 1.0, -1.0 }) },
        { "elapsed_seconds", file => History(file)["elapsed_seconds"] = torch.tensor(new[] { 1.0, double.NaN }) },
        { "reconstruction_error: expected 2 numbers, found 1", file => History(file)["reconstruction_error"] = torch.tensor(new[] { 1.0 }) },
        { "reconstruction_error: expected a vector", file => History(file)["reconstruction_error"] = new List<object?> { 1L, 2L } },
        { "history*finite", file => History(file).Remove("reconstruction_error") },
        { "history*finite", file => History(file)["reconstruction_error"] = torch.full(2, double.NaN, ScalarType.Float64) },
        { "tensors", file => Stage(file).Remove("tensors") },
        { "tensors*optimizer.mean.0: expected Float32 [4, 6], found none", file => Entries(Stage(file), "tensors").Remove("optimizer.mean.0") },
        { "tensors*task.chains: expected Float32 [8, *, found Float32 [9, 6]", file => Entries(Stage(file), "tensors")["task.chains"] = torch.zeros(9, 6) },
        { "tensors*best.parameter.1", file => Entries(Stage(file), "tensors").Remove("best.parameter.1") },
        { "tensors*more: expected none", file => Entries(Stage(file), "tensors")["more"] = torch.zeros(1) },
        { "tensors/optimizer.steps: expected 0 or more, found -1", file => Entries(Stage(file), "tensors")["optimizer.steps"] = torch.tensor(new[] { -1L }) },
        { "tensors/task.jump_updates: expected 0 or more, found -2000", file => Entries(Stage(file), "tensors")["task.jump_updates"] = torch.tensor(new[] { -2000L }) },
        { "ranks/-1.: expected the number of a rank", file => OfRanks(file, "-1.") },
        { "ranks/1.generators: expected", file => OfRanks(file, "1.generators") },
        { "ranks/2147483647.task.chains: expected the number of a rank, from 1 to 1 here", file => OfRanks(file, "2147483647.task.chains") },
        { "ranks/1.optimizer.mean.0: expected", file => OfRanks(file, "1.optimizer.mean.0") },
        { "generators*chains", file => Entries(Stage(file), "generators").Remove("chains") },
        { "generators*order", file => Entries(Stage(file), "generators")["order"] = torch.zeros(10, ScalarType.Byte) },
        { "generators/order*Mersenne", file => Entries(Stage(file), "generators")["order"] = torch.zeros_like((Tensor)Entries(Stage(file), "generators")["order"]!) },
        { "generators/chains*Mersenne", file => ReadBeyondTheEnd((Tensor)Entries(Stage(file), "generators")["chains"]!) },
    };

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public void A_checkpoint_of_other_options_is_refused_with_each_difference(string difference, TrainingOptions other)
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        var thrown = checkpoint.ShouldBeRefused<CheckpointMismatchException>(rbm => rbm.Fit(data, other with { Checkpoint = checkpoint.File }));
        thrown.Differences.Should().Contain(difference);
        thrown.Message.Should().Contain(checkpoint.File.Path).And.Contain(difference).And.Contain("Resume");
    }

    [Fact]
    public void All_differences_are_named_and_nothing_else()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        var thrown = checkpoint.ShouldBeRefused<CheckpointMismatchException>(rbm => rbm.Fit(data, Options with { Epochs = 3, Seed = 2, Checkpoint = checkpoint.File }));
        thrown.Differences.Should().Equal(
            "options/Epochs: 4 in the checkpoint, 3 in this run",
            "options/Seed: 0 in the checkpoint, 2 in this run");
    }

    [Fact]
    public void Where_and_how_often_a_run_is_saved_may_change()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        var moved = checkpoint.Folder.File("moved");
        File.Move(checkpoint.File.Path, moved);
        using var rbm = Rbm.Bernoulli(6, 4);
        var history = rbm.Fit(data, Options with { Checkpoint = new() { Path = moved, Interval = 3 } });
        history.Epochs.Should().HaveCount(4);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        var options = Options with { Checkpoint = checkpoint.File };

        using var wide = Rbm.Bernoulli(6, 5);
        Refused(() => wide.Fit(data, options), "model/weight: Float32 [4, 6], trained in the checkpoint, Float32 [5, 6], trained in this run");
        using var reals = Rbm.Gaussian(6, 4);
        Refused(() => reals.Fit(data, options), "model/visible: DeepBelief.Units.BernoulliUnits in the checkpoint, DeepBelief.Units.GaussianUnits in this run");
        using var half = Rbm.Bernoulli(6, 4);
        half.Weight.requires_grad = false;
        Refused(() => half.Fit(data, options), "model/weight: Float32 [4, 6], trained in the checkpoint, Float32 [4, 6] in this run");
        using var fine = Rbm.Bernoulli(6, 4, dtype: ScalarType.Float64);
        using var doubles = data.to(ScalarType.Float64);
        Refused(() => fine.Fit(doubles, options), "model/weight: Float32 [4, 6], trained in the checkpoint, Float64 [4, 6], trained in this run");
        using var counting = new CountingModel(6);
        Refused(() => counting.Fit(data, options), "model: DeepBelief.Rbm in the checkpoint, DeepBelief.Tests.Support.CountingModel in this run");
        using var dbn = Dbn.Bernoulli(6, 4);
        Refused(() => dbn.Fit(data, new() { Epochs = 4, Checkpoint = checkpoint.File }), "model: DeepBelief.Rbm in the checkpoint, DeepBelief.Dbn in this run");
        using var labels = torch.zeros(40, ScalarType.Int64);
        using var net = Classifier.Random([6, 4], 2);
        Refused(() => net.FitClassifier(data, labels, new() { Checkpoint = checkpoint.File }), "data/training labels: none in the checkpoint, Int64 [40], SHA-256*");
    }

    [Fact]
    public void A_checkpoint_of_other_data_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var checkpoint = new InterruptedRun(Options);
        var data = CheckpointScenario.Data();
        var options = Options with { Checkpoint = checkpoint.File };
        Refused(rbm => rbm.Fit(data.narrow(0, 0, 30), options), "data/training: Float32 [40, 6]*in the checkpoint, Float32 [30, 6]*in this run");
        var changed = data.clone();
        _ = changed[39, 5].sub_(1).abs_();
        Refused(rbm => rbm.Fit(changed, options), "data/training: Float32 [40, 6], SHA-256*in the checkpoint, Float32 [40, 6], SHA-256*in this run");
        Refused(rbm => rbm.Fit(data, options, data), "data/validation: none in the checkpoint, Float32 [40, 6]*in this run");

        void Refused(Action<Rbm> fit, string difference)
            => checkpoint.ShouldBeRefused<CheckpointMismatchException>(fit).Differences.Should().ContainSingle().Which.Should().Match(difference);
    }

    [Fact]
    public void A_checkpoint_of_a_network_with_other_layers_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        var options = new DbnTrainingOptions
        {
            Layers = [new() { Epochs = 1 }, new() { Epochs = 2 }],
            Inputs = LayerInputs.MeanOfSamples(2),
            Checkpoint = new() { Path = folder.File("run") },
        };
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        _ = dbn.Fit(data, options);
        Refused(() => dbn.Fit(data, options with { Layers = [new() { Epochs = 1 }, new() { Epochs = 1 }] }), "options/Layers[1]/Epochs: 2 in the checkpoint, 1 in this run");
        Refused(() => dbn.Fit(data, options with { Layers = [new() { Epochs = 2 }, new() { Epochs = 2 }] }), "options/Layers[0]/Epochs: 1 in the checkpoint, 2 in this run");
        Refused(() => dbn.Fit(data, options with { Inputs = LayerInputs.MeanOfSamples(3) }), "options/Inputs/Passes: 2 in the checkpoint, 3 in this run");
        Refused(() => dbn.Fit(data, options with { Layers = null }), "options/Layers[0]/Epochs: 1 in the checkpoint, none in this run");
        Refused(() => dbn.Fit(data, options, data), "data/validation: none in the checkpoint, Float32 [40, 6], SHA-256*");
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_checkpoint_is_refused_and_the_model_is_as_it_was(string message, Action<Dictionary<string, object?>> damage)
    {
        using var scope = torch.NewDisposeScope();
        using var checkpoint = new InterruptedRun(Options);
        Rewrite(checkpoint.File.Path, damage);
        using var data = CheckpointScenario.Data();
        checkpoint.ShouldBeRefused<DataFormatException>(rbm => rbm.Fit(data, Options with { Checkpoint = checkpoint.File }))
            .Message.Should().Match($"{checkpoint.File.Path}: *{message}*");
    }

    [Fact]
    public void A_checkpoint_that_is_damaged_in_the_middle_of_a_network_leaves_all_layers_as_they_were()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = CheckpointScenario.Data();
        var options = new DbnTrainingOptions { Epochs = 2, Checkpoint = new() { Path = folder.File("run") } };
        using var trained = Dbn.Bernoulli(6, 4, 3);
        var kill = () => trained.Fit(data, options, progress: new Interruption(3));
        kill.Should().Throw<Interruption.Killed>();
        Rewrite(folder.File("run"), file => Entries(Stage(file, 1), "tensors").Remove("optimizer.momentum.0"));

        using var dbn = Dbn.Bernoulli(6, 4, 3);
        var before = CheckpointScenario.Bytes(dbn);
        var fit = () => dbn.Fit(data, options);
        fit.Should().Throw<DataFormatException>().WithMessage("*optimizer.momentum.0*");
        CheckpointScenario.Bytes(dbn).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_none_of_the_librarys_is_refused()
    {
        using var checkpoint = new InterruptedRun(Options);
        using var data = CheckpointScenario.Data();
        var whole = File.ReadAllBytes(checkpoint.File.Path);
        foreach (var length in new[] { 0, 1, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(checkpoint.File.Path, whole[..length]);
            checkpoint.ShouldBeRefused<DataFormatException>(Fit);
        }

        using var other = Rbm.Bernoulli(6, 4);
        other.Save(checkpoint.File.Path);
        checkpoint.ShouldBeRefused<DataFormatException>(Fit).Message.Should().Contain("expected 'checkpoint', found 'rbm'");

        void Fit(Rbm rbm) => rbm.Fit(data, Options with { Checkpoint = checkpoint.File });
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused_before_training()
    {
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        using var model = new CountingModel();
        var fit = () => model.Fit(data, new() { Checkpoint = new() { Path = folder.Path } });
        fit.Should().Throw<IOException>().WithMessage($"Expected a file for the checkpoint, found the folder {folder.Path}.");
        model.Batches.Should().BeEmpty();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_before_training()
    {
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        using var model = new CountingModel();
        var fit = () => model.Fit(data, new() { Checkpoint = new() { Path = folder.File("none/run") } });
        fit.Should().Throw<DirectoryNotFoundException>().WithMessage("*none*");
        model.Batches.Should().BeEmpty();
    }

    [Fact]
    public void What_a_killed_write_left_is_replaced()
    {
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        File.WriteAllBytes(folder.File("run.tmp"), new byte[100_000]);
        using var model = new CountingModel();
        _ = model.Fit(data, new() { Epochs = 2, Checkpoint = new() { Path = folder.File("run") } });
        Directory.GetFiles(folder.Path).Should().Equal(folder.File("run"));
        new FileInfo(folder.File("run")).Length.Should().BeLessThan(100_000);
    }

    [Fact]
    public void A_write_that_fails_ends_the_run_and_leaves_the_old_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var data = torch.zeros(5, 1);
        var options = new TrainingOptions { Epochs = 4, BatchSize = 5, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 }, Checkpoint = new() { Path = folder.File("run") } };
        using var model = new CountingModel();
        using (File.Open(folder.File("run.tmp"), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None }))
        {
            // Another process is writing.
            var fit = () => model.Fit(data, options);
            fit.Should().Throw<IOException>();
            model.W.Should().Be(1);
            File.Exists(folder.File("run.tmp")).Should().BeTrue();
        }

        _ = model.Fit(data, options);
        File.Exists(folder.File("run.tmp")).Should().BeFalse();
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Pytorch_reads_a_checkpoint()
    {
        using var checkpoint = new InterruptedRun(Options);
        Python.Run(
            """
            f = torch.load(sys.argv[1], weights_only=True)
            s = f["stages"][0]
            print(f["format"], f["version"], f["model"], f["run"]["options/Epochs"])
            print(list(f["state_dict"]["weight"].shape), len(s["history"]["reconstruction_error"]), s["best_epoch"] in (1, 2))
            print(len(s["tensors"]["task.chains"]), s["generators"]["order"].dtype)
            """,
            checkpoint.File.Path).Split('\n').Should().Equal("DeepBelief 1 checkpoint 4", "[4, 6] 2 True", "8 torch.uint8");
    }

    private static void Refused(Action fit, string difference)
        => fit.Should().Throw<CheckpointMismatchException>().Which.Differences.Should().ContainMatch(difference);

    private static void Rewrite(string path, Action<Dictionary<string, object?>> change)
    {
        var file = ((IEnumerable<KeyValuePair<object, object?>>)PtFile.Load(path)!).ToDictionary(e => (string)e.Key, e => e.Value);
        change(file);
        PtFile.Save(path, file);
    }

    // Each number by itself is one that a twister can have; together they would make it read on behind its last word.
    private static void ReadBeyondTheEnd(Tensor generator)
    {
        BinaryPrimitives.WriteInt32LittleEndian(generator.bytes[8..], 624);
        BinaryPrimitives.WriteUInt64LittleEndian(generator.bytes[16..], 2);
    }

    private static OrderedDictionary<object, object?> Entries(Dictionary<string, object?> file, string key)
        => (OrderedDictionary<object, object?>)file[key]!;

    private static OrderedDictionary<object, object?> Entries(OrderedDictionary<object, object?> file, string key)
        => (OrderedDictionary<object, object?>)file[key]!;

    private static OrderedDictionary<object, object?> Stage(Dictionary<string, object?> file, int index = 0)
        => (OrderedDictionary<object, object?>)((List<object?>)file["stages"]!)[index]!;

    private static void OfRanks(Dictionary<string, object?> file, string name)
        => Stage(file)["ranks"] = new Dictionary<string, object?> { [name] = torch.zeros(1) };

    private static OrderedDictionary<object, object?> History(Dictionary<string, object?> file) => Entries(Stage(file), "history");
}
