using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

/// <summary>What no unit can be is refused at every door, and only there.</summary>
public sealed class InputCheckTests
{
    private static readonly AnnealingOptions Quick = new() { Chains = 5, Schedule = AnnealingSchedule.Uniform(5), SampleSteps = 5 };

    private static readonly Dictionary<string, Action<Rbm, Tensor>> Doors = new()
    {
        ["forward"] = (rbm, rows) => rbm.call(rows),
        ["HiddenMean"] = (rbm, rows) => rbm.HiddenMean(rows),
        ["Transform"] = (rbm, rows) => rbm.Transform(rows),
        ["SampleHidden"] = (rbm, rows) => rbm.SampleHidden(rows),
        ["FreeEnergy"] = (rbm, rows) => rbm.FreeEnergy(rows),
        ["Energy"] = (rbm, rows) => rbm.Energy(rows, torch.zeros(rows.shape[0], rbm.HiddenSize, ScalarType.Float64)),
        ["Transition"] = (rbm, rows) => rbm.Transition(rows),
        ["ClampedTransition"] = (rbm, rows) => rbm.ClampedTransition(rows, torch.zeros(1, 4, ScalarType.Bool)),
        ["Reconstruct"] = (rbm, rows) => rbm.Reconstruct(rows),
        ["InitializeFromData"] = (rbm, rows) => rbm.InitializeFromData(rows),
        ["AccumulateGradient"] = (rbm, rows) => rbm.AccumulateGradient(rows, torch.zeros(1, 4, ScalarType.Float64)),
        ["AccumulateGradient of chains"] = (rbm, rows) => rbm.AccumulateGradient(torch.zeros(1, 4, ScalarType.Float64), rows),
        ["Run"] = (rbm, rows) => MarkovChain.Run(rbm, rows, 2),
        ["RunClamped"] = (rbm, rows) => MarkovChain.RunClamped(rbm, rows, torch.zeros(1, 4, ScalarType.Bool), 2),
        ["FillMissing from a start"] = (rbm, rows) => MarkovChain.FillMissing(rbm, torch.full_like(rows, double.NaN), 2, rows),
        ["ReconstructionError"] = (rbm, rows) => ModelEvaluation.ReconstructionError(rbm, rows),
        ["FreeEnergyGap"] = (rbm, rows) => ModelEvaluation.FreeEnergyGap(rbm, torch.zeros_like(rows), rows),
        ["PseudoLogLikelihood"] = (rbm, rows) => ModelEvaluation.PseudoLogLikelihood(rbm, rows),
        ["ExactPseudoLogLikelihood"] = (rbm, rows) => ModelEvaluation.ExactPseudoLogLikelihood(rbm, rows),
        ["LogLikelihood"] = (rbm, rows) => LogLikelihood.Evaluate(rbm, rows, 0),
        ["ReverseAnnealed"] = (rbm, rows) => LogLikelihood.ReverseAnnealed(rbm, rows, options: Quick),
        ["Forward annealing"] = (rbm, rows) => AnnealedImportanceSampling.Forward(rbm, rows, Quick),
        ["Reverse annealing"] = (rbm, rows) => AnnealedImportanceSampling.Reverse(rbm, rows, options: Quick),
        ["sampler"] = (rbm, rows) => new ContrastiveDivergence().CreateSampler(rbm, torch.zeros_like(rows), null).Sample(rows),
        ["Dbn.forward"] = (rbm, rows) => new Dbn(rbm).call(rows),
        ["Dbn.Transform"] = (rbm, rows) => new Dbn(rbm).Transform(rows, LayerInputs.Samples),
        ["Dbn.Reconstruct"] = (rbm, rows) => new Dbn(rbm).Reconstruct(rows),
        ["Fit"] = (rbm, rows) => rbm.Fit(rows),
        ["Dbm.forward"] = (_, rows) => Machine.call(rows),
        ["Dbm.HiddenMeans"] = (_, rows) => Machine.HiddenMeans(rows),
        ["Dbm.Transform"] = (_, rows) => Machine.Transform(rows),
        ["Dbm.Reconstruct"] = (_, rows) => Machine.Reconstruct(rows),
        ["Dbm.Energy"] = (_, rows) => Machine.Energy(rows, [torch.zeros(rows.shape[0], 3, ScalarType.Float64), torch.zeros(rows.shape[0], 2, ScalarType.Float64)]),
        ["Dbm.FreeEnergyBound"] = (_, rows) => Machine.FreeEnergyBound(rows),
        ["Dbm.WithInferred"] = (_, rows) => Machine.WithInferred(rows),
        ["Dbm.InitializeFromData"] = (_, rows) => Machine.InitializeFromData(rows),
        ["Dbm.Sample"] = (_, rows) => Machine.Sample(rows.shape[0], 1, rows),
        ["Dbm.Fit"] = (_, rows) => Machine.Fit(rows, new() { Epochs = 1 }),
        ["Dbm.Pretrain"] = (_, rows) => Machine.Pretrain(rows, new() { Epochs = 1 }),
        ["Forward annealing of a Dbm"] = (_, rows) => AnnealedImportanceSampling.Forward(Machine, rows, Quick),
        ["Bracket of a Dbm"] = (_, rows) => AnnealedImportanceSampling.Bracket(Machine, rows, Quick),
        ["LowerBound of a Dbm"] = (_, rows) => LogLikelihood.LowerBound(Machine, rows, 0),
        ["ClassificationRbm.Transform"] = (_, rows) => Joint.Transform(rows),
        ["ClassificationRbm.Sample"] = (_, rows) => Joint.Sample(rows.shape[0], 1, rows),
        ["ClassificationRbm.Sample of classes"] = (_, rows) => Joint.Sample(Zeros(rows), 1, rows),
        ["ClassificationDbn.forward"] = (_, rows) => Labelled.call(rows),
        ["ClassificationDbn.TransformToTop"] = (_, rows) => Labelled.TransformToTop(rows),
        ["ClassificationDbn.LogWeights"] = (_, rows) => Labelled.LogWeights(rows),
        ["ClassificationDbn.Predict"] = (_, rows) => Labelled.Predict(rows),
        ["ClassificationDbn.Score"] = (_, rows) => Labelled.Score(rows, Zeros(rows)),
        ["ClassificationDbn.Fit"] = (_, rows) => Labelled.Fit(rows, Zeros(rows), new() { Epochs = 1, Top = new() { Epochs = 1 } }),
        ["UntiedDbn.forward"] = (_, rows) => Labelled.Untie().call(rows),
        ["UntiedDbn.TransformToTop"] = (_, rows) => Labelled.Untie().TransformToTop(rows),
        ["UntiedDbn.LogWeights"] = (_, rows) => Labelled.Untie().LogWeights(rows),
        ["UntiedDbn.Predict"] = (_, rows) => Labelled.Untie().Predict(rows),
        ["UntiedDbn.Score"] = (_, rows) => Labelled.Untie().Score(rows, Zeros(rows)),
        ["UntiedDbn.Fit"] = (_, rows) => Labelled.Untie().Fit(rows, Zeros(rows), new() { Epochs = 1 }),
    };

    private static Dbm Machine => Dbm.Bernoulli([4, 3, 2], dtype: ScalarType.Float64);

    private static ClassificationRbm Joint => ClassificationRbm.Bernoulli(4, 3, classes: 2, dtype: ScalarType.Float64);

    private static ClassificationDbn Labelled => ClassificationDbn.Bernoulli([4, 3, 2], classes: 2, dtype: ScalarType.Float64);

    private static Tensor Zeros(Tensor rows) => torch.zeros(rows.shape[0], ScalarType.Int64);

    public static TheoryData<string> DoorNames => [.. Doors.Keys];

    [Theory]
    [MemberData(nameof(DoorNames))]
    public void Raw_and_broken_values_are_refused(string door)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var rows = Make.Bits(1, 3, 4);
        foreach (var (bad, message) in new (double, string)[]
        {
            (255, "*in [0, 1]*[0, 255]*"),
            (-0.5, "*in [0, 1]*[-0.5, 1]*"),
            (double.NaN, "*finite values*"),
            (double.PositiveInfinity, "*finite values*"),
        })
        {
            var spoiled = rows.clone();
            spoiled[1, 2] = bad;
            spoiled[2, 0] = 0;
            spoiled[2, 1] = 1;
            var call = () => Doors[door](rbm, spoiled);
            call.Should().Throw<ArgumentException>().WithMessage(message);
        }

        var valid = () => Doors[door](rbm, rows);
        valid.Should().NotThrow();
    }

    [Fact]
    public void Hidden_states_are_checked_against_the_hidden_units()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 4, "spin", 3);
        var states = torch.full(2, 3, -1.5, ScalarType.Float64);
        foreach (var call in new Func<Tensor>[] { () => rbm.VisibleMean(states), () => rbm.SampleVisible(states), () => rbm.HiddenFreeEnergy(states), () => rbm.Energy(torch.zeros(2, 4, ScalarType.Float64), states) })
            call.Should().Throw<ArgumentException>().WithParameterName("hidden").WithMessage("*[-1, 1] for spin units*[-1.5, -1.5]*");
        rbm.VisibleMean(states / 3).shape.Should().Equal(2, 4);
    }

    [Fact]
    public void Classifiers_refuse_what_they_would_predict_nonsense_from()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Classifier.Random([4], 2);
        using var joint = ClassificationRbm.Bernoulli(4, 3, 2);
        var labels = torch.zeros(2, ScalarType.Int64);
        var broken = torch.full(2, 4, float.NaN);
        var raw = torch.full(2, 4, 255f);
        foreach (var call in new Action[] { () => net.Predict(broken), () => net.Score(broken, labels), () => joint.Predict(broken), () => joint.Score(broken, labels), () => joint.forward(broken), () => joint.Join(broken, labels) })
            call.Should().Throw<ArgumentException>().WithMessage("*finite values*");
        foreach (var call in new Action[] { () => joint.Predict(raw), () => joint.Score(raw, labels), () => joint.forward(raw), () => joint.Join(raw, labels) })
            call.Should().Throw<ArgumentException>().WithMessage("*[255, 255]*");
        net.Predict(raw).shape.Should().Equal(2);

        using var regressor = Regressor.Random([4], 2);
        using var several = MultiLabelClassifier.Random([4], 2);
        var (rows, targets, none) = (torch.ones(2, 4), torch.zeros(2, 2), torch.full(2, 2, float.NaN));
        foreach (var call in new Action[]
        {
            () => regressor.Predict(broken), () => regressor.Score(broken, targets), () => regressor.Score(rows, none),
            () => several.Predict(broken), () => several.Score(broken, targets), () => several.Score(rows, none),
        })
            call.Should().Throw<ArgumentException>().WithMessage("*finite values*");
        regressor.Predict(raw).shape.Should().Equal(2, 2);
        several.Predict(raw).shape.Should().Equal(2, 2);
    }

    [Fact]
    public void Langevin_chains_start_at_finite_states()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new NeuralEnergyModel(torch.nn.Linear(3, 1), 3);
        var broken = torch.full(2, 3, float.NaN);
        foreach (var call in new Action[] { () => model.FreeEnergy(broken), () => model.Transition(broken), () => MarkovChain.Run(model, broken, 1), () => model.Langevin.Run(model.FreeEnergy, broken) })
            call.Should().Throw<ArgumentException>().WithMessage("*finite values*");
    }

    [Fact]
    public void Checks_can_be_switched_off()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 4, "bernoulli", 3);
        var raw = Make.Bits(1, 3, 4) * 255;
        try
        {
            InputChecks.Enabled = false;
            rbm.HiddenMean(raw).shape.Should().Equal(3, 3);
            MarkovChain.Run(rbm, raw, 2).shape.Should().Equal(3, 4);
            var fit = () => rbm.Fit(raw);
            fit.Should().Throw<ArgumentException>("Fit checks its rows once in any case");
        }
        finally
        {
            InputChecks.Enabled = true;
        }
    }

    [Fact]
    public void Chains_and_training_check_no_step()
    {
        using var scope = torch.NewDisposeScope();
        var units = new CountedUnits(4);
        using var rbm = new Rbm(units, new BernoulliUnits(3));
        var rows = Make.Bits(1, 40, 4).to(ScalarType.Float32);

        _ = MarkovChain.Run(rbm, rows, 50);
        units.Checks.Should().Be(1);
        _ = MarkovChain.RunClamped(rbm, rows, torch.zeros(1, 4, ScalarType.Bool), 50);
        units.Checks.Should().Be(2);
        _ = rbm.Fit(rows, new() { Epochs = 5, BatchSize = 4 }, rows);
        units.Checks.Should().Be(4, "training and validation rows are checked once each");
        _ = rbm.Fit(rows, new() { Epochs = 2, BatchSize = 4, NegativePhase = new ReplayBuffer(2, 5, 20, start: ReplayStart.Data) });
        units.Checks.Should().Be(5);
        _ = rbm.HiddenMean(rows);
        units.Checks.Should().Be(6, "the door is closed again afterwards");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Values_outside_by_rounding_count_as_inside(ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2, dtype: dtype);
        var rows = torch.tensor(new[,] { { 1.0000001, 0.088, -0.0000001 } }).to(dtype);

        rbm.HiddenMean(rows).shape.Should().Equal(1, 2);
        _ = rbm.Fit(rows, new() { Epochs = 1 });
        LogLikelihood.Evaluate(rbm, torch.tensor(new[,] { { 1.0000001, 0, 1 } }).to(dtype), 0).Rows.Should().HaveCount(1);
        using var counts = new Rbm(new BinomialUnits(1, 1L << 24), new BernoulliUnits(1));
        _ = counts.FreeEnergy(torch.tensor(new[,] { { -0.4f } }));
        var below = () => counts.FreeEnergy(torch.tensor(new[,] { { -0.6f } }));
        below.Should().Throw<ArgumentException>("a range of millions is no excuse for a missing count");
    }

    [Fact]
    public void A_message_has_the_digits_that_show_the_fault()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var precise = Rbm.Bernoulli(3, 2, dtype: ScalarType.Float64);
        var rows = torch.tensor(new[,] { { 1.00002, 0.088, 0.5 } });

        var single = () => rbm.HiddenMean(rows.to(ScalarType.Float32));
        single.Should().Throw<ArgumentException>().WithMessage("Expected values in [0, 1] for Binary units, found values in [0.088, 1.00002]*");
        var twice = () => precise.HiddenMean(rows + 1e-9);
        twice.Should().Throw<ArgumentException>().WithMessage("*[0.088000001, 1.000020001]*");
    }

    [Theory]
    [InlineData("spin", 0.0, "*spin units, -1, 1, found*such as 0.*")]
    [InlineData("binomial", 2.5, "*binomial units, 0, 1, ..., 3, found*such as 2.5.*")]
    [InlineData("bernoulli", 0.5, "*zeros and ones, found values in between, such as 0.5. Binarize them first.*")]
    [InlineData("softmax", 0.5, "*zeros and ones, found values in between, such as 0.5*")]
    [InlineData("bits and categories", 1 / 3.0, "Columns 1 to 3: *zeros and ones*0.3333333333333333*")]
    public void Means_are_no_states_and_have_no_likelihood(string kind, double mean, string message)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 4, "bernoulli", 3);
        var rows = Enumeration.States(rbm.Visible).narrow(0, 0, 2).clone();
        var states = rows.clone();
        if (kind == "bits and categories")
            _ = rows.narrow(1, 1, 3).fill_(mean);
        else if (kind == "softmax")
            _ = rows.fill_(mean);
        else
            rows[1, 2] = mean;

        var evaluate = () => LogLikelihood.Evaluate(rbm, rows, 0);
        evaluate.Should().Throw<ArgumentException>().WithParameterName("rows").WithMessage(message);
        var reverse = () => AnnealedImportanceSampling.Reverse(rbm, rows, options: Quick);
        reverse.Should().Throw<ArgumentException>().WithParameterName("samples").WithMessage(message);
        LogLikelihood.Evaluate(rbm, states, 0).Rows.Should().HaveCount(2);
        rbm.HiddenMean(rows).shape.Should().Equal(2, 3);
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        var call = () => rbm.HiddenMean(torch.zeros(5, 4, ScalarType.Float64, torch.META));
        call.Should().Throw<ArgumentException>().WithMessage("*[batch, 3], found [5, 4]*type Float32, found Float64*device cpu*meta*");
        using var table = new Rbm(new CompositeUnits(new BernoulliUnits(1), new SoftmaxUnits(1, 2)), new BernoulliUnits(2));
        var values = () => table.HiddenMean(torch.tensor(new[,] { { 7f, 3, 3 } }));
        values.Should().Throw<ArgumentException>().WithMessage("Columns 0 to 0: *[7, 7]*Columns 1 to 2: *[3, 3]*sum to 1*[6, 6]*");
    }

    [Fact]
    public void Sparse_and_disposed_tensors_are_named_as_such()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var net = Classifier.Random([3], 2);
        var sparse = torch.ones(2, 3).to_sparse();
        var gone = torch.ones(2, 3);
        gone.Dispose();
        var labels = torch.zeros(2, ScalarType.Int64);
        foreach (var call in new Action[] { () => rbm.HiddenMean(sparse), () => rbm.Fit(torch.ones(2, 3), validation: sparse), () => net.call(sparse), () => net.FitClassifier(torch.ones(2, 3), sparse), () => MarkovChain.FillMissing(rbm, sparse, 1) })
            call.Should().Throw<ArgumentException>().WithMessage("Expected a dense tensor, found a sparse one of shape [2, 3]*");
        foreach (var call in new Action[] { () => rbm.HiddenMean(gone), () => rbm.Fit(gone), () => net.Predict(gone), () => net.FitClassifier(gone, labels) })
            call.Should().Throw<ObjectDisposedException>().WithMessage("*tensor*disposed*");
    }

    [Fact]
    public void A_disposed_model_says_so()
    {
        using var scope = torch.NewDisposeScope();
        var rbm = Rbm.Bernoulli(3, 2);
        var dbn = Dbn.Bernoulli(3, 2);
        var net = Classifier.Random([3], 2);
        var joint = ClassificationRbm.Bernoulli(3, 2, 2);
        var neural = new NeuralEnergyModel(torch.nn.Linear(3, 1), 3);
        var autoencoder = Dbn.Bernoulli(3, 2).ToAutoencoder();
        var regressor = Regressor.Random([3], 2);
        var several = MultiLabelClassifier.Random([3], 2);
        var labelled = ClassificationDbn.Bernoulli([3, 2, 2], 2);
        var dbm = Dbm.Bernoulli(3, 2, 2);
        foreach (var module in new torch.nn.Module[] { rbm, dbn, net, joint, neural, autoencoder, regressor, several, labelled, dbm })
            module.Dispose();
        var rows = torch.ones(2, 3);
        var labels = torch.zeros(2, ScalarType.Int64);
        foreach (var call in new Action[]
        {
            () => rbm.HiddenMean(rows), () => rbm.Fit(rows), () => MarkovChain.Run(rbm, rows, 1), () => ExactEnumeration.LogPartition(rbm),
            () => AnnealedImportanceSampling.Forward(rbm), () => rbm.Sample(2, 1), () => rbm.ToClassifier(2), () => ModelEvaluation.ReconstructionError(rbm, rows),
            () => dbn.Transform(rows), () => dbn.Fit(rows), () => dbn.Sample(2, 1), () => dbn.ToClassifier(2),
            () => net.forward(rows), () => net.Predict(rows), () => net.FitClassifier(rows, labels),
            () => joint.forward(rows), () => joint.Predict(rows), () => joint.Fit(rows, labels),
            () => joint.Transform(rows), () => joint.Sample(2, 1), () => joint.Sample(labels, 1), () => joint.ToClassifier(),
            () => neural.FreeEnergy(rows), () => neural.Transition(rows), () => neural.Fit(rows),
            () => autoencoder.forward(rows), () => autoencoder.Encode(rows), () => autoencoder.Decode(rows.narrow(1, 0, 2)), () => autoencoder.Score(rows), () => autoencoder.FitAutoencoder(rows),
            () => regressor.forward(rows), () => regressor.Predict(rows), () => regressor.Fit(rows, rows.narrow(1, 0, 2)),
            () => several.forward(rows), () => several.Predict(rows), () => several.Fit(rows, rows.narrow(1, 0, 2)),
            () => labelled.forward(rows), () => labelled.Sample(labels, 1), () => labelled.Fit(rows, labels),
            () => dbm.forward(rows), () => dbm.Sample(2, 1), () => dbm.ToClassifier(2), () => dbm.Fit(rows), () => dbm.Pretrain(rows),
        })
            call.Should().Throw<ObjectDisposedException>().WithMessage("*model*disposed*");
    }

    [Fact]
    public void A_disposed_generator_is_refused_as_it_would_lose_the_seed()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using var dbn = Dbn.Bernoulli(3, 2);
        using var joint = ClassificationRbm.Bernoulli(3, 2, 2);
        var rows = torch.ones(2, 3);
        var generator = new Generator(1);
        generator.Dispose();
        foreach (var call in new Action[]
        {
            () => rbm.SampleHidden(rows, generator), () => rbm.SampleVisible(rows.narrow(1, 0, 2), generator), () => rbm.Transition(rows, generator), () => rbm.Sample(2, 1, generator: generator),
            () => MarkovChain.Run(rbm, rows, 1, generator), () => MarkovChain.FillMissing(rbm, rows, 1, generator: generator),
            () => dbn.Sample(2, 1, generator), () => dbn.Transform(rows, LayerInputs.Samples, generator), () => ExactEnumeration.Sample(rbm, 2, generator),
            () => joint.Sample(2, 1, generator: generator), () => joint.Sample(torch.zeros(2, ScalarType.Int64), 1, generator: generator),
            () => ModelEvaluation.PseudoLogLikelihood(rbm, rows, generator), () => new BernoulliUnits(3).Sample(rows, generator),
            () => new Langevin().Run(x => x.square().sum(1), rows, generator),
        })
            call.Should().Throw<ObjectDisposedException>().WithMessage("*generator*disposed*");
    }
}
