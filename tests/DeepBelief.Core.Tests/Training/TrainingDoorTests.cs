using DeepBelief.Data;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>What training accepts, and what it refuses before anything changes.</summary>
public sealed class TrainingDoorTests
{
    [Fact]
    public void Rows_that_carry_a_graph_train_as_their_values_do()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([5, 4], WeightInitialization.Normal(0.5), seed: 2);
        var rows = Make.Bits(3, 30, 5).to(ScalarType.Float32);
        var labels = torch.arange(30, ScalarType.Int64).remainder(3);
        var recorded = dbn.call(rows);
        recorded.requires_grad.Should().BeTrue();

        Same(features => Trained(Classifier.Random([4, 3], 3), net => net.FitClassifier(features, labels, new() { Epochs = 3, BatchSize = 8 }, (features, labels))));
        Same(features => Trained(Classifier.Random([4, 3], 3), net => net.FitClassifier(features, labels, new() { Epochs = 3, BatchSize = 8, AdversarialDistance = 0.1 })));
        Same(features => Trained(Classifier.Random([4, 3], 3), net => net.FitClassifier(new Labelled(features, labels), new() { Epochs = 3 })));
        Same(features => Trained(Rbm.Bernoulli(4, 3), rbm => rbm.Fit(features, new() { Epochs = 3, BatchSize = 8 }, features)));
        Same(features => Trained(Rbm.Bernoulli(4, 3), rbm => rbm.Fit(Given.Slices(features, 10), new() { Epochs = 3 }, features)));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2), net => net.Fit(features, new() { Epochs = 3, BatchSize = 8 }, features)));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2), net => net.Fit(Given.Slices(features, 10), new() { Epochs = 3 }, features)));
        Same(features => Trained(ClassificationRbm.Bernoulli(4, 3, 3), net => net.Fit(features, labels, new() { Epochs = 3, BatchSize = 8 }, (features, labels))));
        Same(features => Trained(
            new ClassificationRbm(new Rbm(new CompositeUnits(new GaussianUnits(4), new SoftmaxUnits(1, 3)), new SpinUnits(3))),
            net => net.Fit(features, labels, new() { Epochs = 3, BatchSize = 8, LearningRate = 0.001 })));
        Same(features => Trained(
            Classifier.Random([4, 3], 3),
            net => net.FitClassifier(
                features.narrow(0, 0, 20), labels.narrow(0, 0, 20), new() { Epochs = 3, BatchSize = 8, VirtualAdversarial = new() }, unlabelled: features.narrow(0, 20, 10))));
        Same(features => Trained(Dbm.Bernoulli(4, 3, 2), net => net.Fit(features, new() { Epochs = 3, BatchSize = 8 }, features)));
        Same(features => Trained(Dbm.Bernoulli(4, 3, 2), net => net.Fit(Given.Slices(features, 10), new() { Epochs = 3 }, features)));
        Same(features => Trained(Dbm.Bernoulli(4, 3, 2), net => net.Pretrain(features, new() { Epochs = 3, BatchSize = 8 })));
        Same(features => Trained(
            ClassificationDbn.Bernoulli([4, 3, 2], 3), net => net.Fit(features, labels, new() { Epochs = 3, BatchSize = 8, Top = new() { Epochs = 3 } }, (features, labels))));
        Same(features => Trained(
            ClassificationDbn.Bernoulli([4, 3, 2], 3), net => net.Fit(new Labelled(features, labels), new() { Epochs = 3, Top = new() { Epochs = 3 } }, (features, labels))));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2).Untie(), net => net.Fit(features, options: new() { Epochs = 3, BatchSize = 8 }, validation: (features, null))));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2).Untie(), net => net.Fit(Given.Slices(features, 10), new() { Epochs = 3 }, features)));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2).ToAutoencoder(), net => net.FitAutoencoder(features, new() { Epochs = 3, BatchSize = 8 }, features)));
        Same(features => Trained(Dbn.Bernoulli(4, 3, 2).ToAutoencoder(), net => net.FitAutoencoder(Given.Slices(features, 10), new() { Epochs = 3 }, features)));

        // What is to be predicted carries a graph, too.
        var options = new NetworkTrainingOptions { Epochs = 3, BatchSize = 8 };
        Same(features => Trained(Regressor.Random([4, 3], 4), net => net.Fit(features, features, options, (features, features))));
        Same(features => Trained(
            Linear(),
            net => NetworkTraining.Fit(net, features, features.narrow(1, 0, 3), (output, target) => (output - target).square().sum(1), options, (features, features.narrow(1, 0, 3)))));
        var several = Make.Bits(4, 30, 2).to(ScalarType.Float32);
        Same(features => Trained(MultiLabelClassifier.Random([4, 3], 2), net => net.Fit(features, several, options, (features, several))));
        using var taken = Neural();
        foreach (var phase in NegativePhases.For(taken, 1, 10))
            Same(features => Trained(Neural(), model => model.Fit(features, new() { Epochs = 3, BatchSize = 8, NegativePhase = phase, LearningRate = 0.01 }, features)));

        Same(features => Trained(Neural(), model => Accumulate(model, features)));
        Same(features => Trained(Rbm.Bernoulli(4, 3), model => Accumulate(model, features)));

        // As a caller's own loop does.
        static void Accumulate(IEnergyModel model, Tensor features)
        {
            for (var update = 0; update < 2; update++)
                model.AccumulateGradient(features, features.narrow(0, 0, 5));
            using var noGrad = torch.no_grad();
            foreach (var parameter in model.parameters())
                _ = parameter.copy_(parameter.grad!);
        }

        void Same(Func<Tensor, double[]> train) => train(recorded).Should().Equal(train(recorded.detach()));

        static torch.nn.Module<Tensor, Tensor> Linear()
        {
            var linear = torch.nn.Linear(4, 3);
            Make.Randomise(linear, 3, 0.3);
            return linear;
        }

        static NeuralEnergyModel Neural()
        {
            var network = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.SiLU(), torch.nn.Linear(5, 1));
            Make.Randomise(network, 3, 0.3);
            return new NeuralEnergyModel(network, 4, new() { Steps = 3 });
        }
    }

    [Fact]
    public void Features_have_no_graph()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 5, "relu", 3);
        var rows = Make.Bits(1, 4, 5);
        var features = rbm.Transform(rows);
        features.requires_grad.Should().BeFalse();
        rbm.HiddenMean(rows).requires_grad.Should().BeTrue();
        features.ShouldBeNear(rbm.HiddenMean(rows), 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_frozen_layer_of_a_network_is_skipped(int frozen)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Bernoulli([5, 4, 4, 3], WeightInitialization.Normal(0.5));
        foreach (var parameter in dbn.Layers[frozen].parameters())
            parameter.requires_grad = false;
        var before = dbn.Layers.Select(Enumeration.Read).ToArray();
        var rows = Make.Bits(3, 30, 5).to(ScalarType.Float32);
        var layers = new List<int>();
        var options = new DbnTrainingOptions { Epochs = 2, BatchSize = 10, Centering = new(), Checkpoint = new() { Path = folder.File("run") } };

        var histories = dbn.Fit(rows, options, progress: new Told(p => layers.Add(p.Layer)));

        histories.Select(history => history.Epochs.Count).Should().Equal(Enumerable.Range(0, 3).Select(i => i == frozen ? 0 : 2));
        layers.Distinct().Should().Equal(Enumerable.Range(1, 3).Where(layer => layer != frozen + 1));
        for (var i = 0; i < 3; i++)
            Enumeration.Read(dbn.Layers[i]).SequenceEqual(before[i]).Should().Be(i == frozen);

        // A finished run returns its result, layer by layer.
        using var again = Dbn.Bernoulli([5, 4, 4, 3], WeightInitialization.Normal(0.5));
        foreach (var parameter in again.Layers[frozen].parameters())
            parameter.requires_grad = false;
        again.Fit(rows, options).Select(history => history.Epochs.Count).Should().Equal(histories.Select(history => history.Epochs.Count));
        Enumeration.Read(again).Should().Equal(Enumeration.Read(dbn));
    }

    [Fact]
    public void A_frozen_layer_below_a_top_with_labels_stays_as_it_is_and_the_others_learn()
    {
        using var scope = torch.NewDisposeScope();
        using var network = ClassificationDbn.Bernoulli([5, 4, 4, 3], 3, WeightInitialization.Normal(0.5));
        ChangesAllBut(network, "0.", () => network.Fit(Make.Bits(3, 30, 5).to(ScalarType.Float32), Classes, new() { Epochs = 2, Top = new() { Epochs = 2 } }));

        foreach (var parameter in network.Top.parameters())
            parameter.requires_grad = false;
        var before = Enumeration.Read(network);
        network.Invoking(n => n.Fit(Make.Bits(3, 30, 5).to(ScalarType.Float32), Classes)).Should().Throw<ArgumentException>().WithMessage("*requires_grad is true*none*");
        Enumeration.Read(network).Should().Equal(before, "the layers below would learn in vain");
    }

    [Theory]
    [InlineData("0.", false)]
    [InlineData("0.", true)]
    [InlineData("0.generative", false)]
    [InlineData("0.generative", true)]
    [InlineData("0.recognition", true)]
    [InlineData("1.", false)]
    [InlineData("top.", false)]
    [InlineData("top.", true)]
    public void Fine_tuning_leaves_frozen_parts_as_they_are_and_the_others_learn(string frozen, bool isReal)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = isReal ? Dbn.Gaussian([5, 4, 4, 3], WeightInitialization.Normal(0.5)) : Dbn.Bernoulli([5, 4, 4, 3], WeightInitialization.Normal(0.5));
        using var network = dbn.Untie();
        var rows = (isReal ? Make.Normal(3, 2, 30, 5) : Make.Bits(3, 30, 5)).to(ScalarType.Float32);
        ChangesAllBut(network, frozen, () => network.Fit(rows, options: new() { Epochs = 2 }));
    }

    [Fact]
    public void A_model_that_cannot_be_trained_is_refused_before_it_changes()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(3, 30, 5).to(ScalarType.Float32);
        var labels = torch.zeros(30, ScalarType.Int64);
        using var rbm = Rbm.Bernoulli(5, 3);
        using var dbn = Dbn.Bernoulli(5, 3, 2);
        using var net = Classifier.Random([5, 3], 2);
        using var joint = ClassificationRbm.Bernoulli(5, 3, 2);
        Action[] fits = [() => rbm.Fit(rows), () => rbm.Fit(Given.Slices(rows, 10)), () => dbn.Fit(rows), () => net.FitClassifier(rows, labels), () => joint.Fit(rows, labels)];
        torch.nn.Module[] models = [rbm, dbn, net, joint];

        Poison(float.NaN);
        Refused("*finite parameters, found NaN or infinity before training in *weight*");
        Poison(float.PositiveInfinity);
        Refused("*finite parameters, found NaN or infinity before training in *weight*");
        Poison(0);
        foreach (var model in models)
            _ = model.to(ScalarType.Float16);
        rows = rows.to(ScalarType.Float16);
        Refused("*type Float32 or Float64, found Float16; to(ScalarType.Float32)*");
        foreach (var model in models)
            _ = model.to(ScalarType.Float32);
        rows = rows.to(ScalarType.Float32);
        foreach (var parameter in models.SelectMany(model => model.parameters()))
            parameter.requires_grad = false;
        Refused("*requires_grad is true*none*");

        void Refused(string message)
        {
            var before = models.Select(Enumeration.Read).ToArray();
            foreach (var fit in fits)
                fit.Should().Throw<ArgumentException>().WithMessage(message);
            foreach (var (model, values) in models.Zip(before))
                Enumeration.Read(model).Should().Equal(values);
        }

        void Poison(float value)
        {
            using var noGrad = torch.no_grad();
            foreach (var model in models)
                model.parameters().First(parameter => parameter.dim() == 2)[1, 1] = value;
        }
    }

    [Fact]
    public void A_checkpoint_mends_a_model_that_is_not_finite()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var rows = Make.Bits(3, 30, 5).to(ScalarType.Float32);
        var options = new TrainingOptions { Epochs = 2, Checkpoint = new() { Path = folder.File("run") } };
        using var rbm = Rbm.Bernoulli(5, 3);
        _ = rbm.Fit(rows, options);
        using var broken = Rbm.Bernoulli(5, 3);
        using (torch.no_grad())
            _ = broken.Weight.fill_(float.NaN);
        _ = broken.Fit(rows, options with { Checkpoint = options.Checkpoint with { AllowChanges = true } });
        Enumeration.Read(broken).Should().Equal(Enumeration.Read(rbm));
    }

    [Fact]
    public void Large_parameters_are_no_divergence()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new Wide();
        var history = model.Fit(torch.zeros(10, 4), new() { Epochs = 2, LearningRate = 0.001, Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 } });
        history.Epochs.Should().HaveCount(2, "their sum is infinite in single precision, but each is finite");
    }

    private static Tensor Classes => torch.arange(30, ScalarType.Int64).remainder(3);

    /// <summary>Freezes the parameters whose names begin so; they keep every bit, and no other keeps all of its own.</summary>
    private static void ChangesAllBut(torch.nn.Module model, string frozen, Action fit)
    {
        foreach (var (name, parameter) in model.named_parameters())
            parameter.requires_grad = !name.StartsWith(frozen, StringComparison.Ordinal);
        var before = CheckpointScenario.Bytes(model);
        fit();
        var after = CheckpointScenario.Bytes(model);
        model.named_parameters().Where(p => after[p.name].SequenceEqual(before[p.name])).Select(p => p.name)
            .Should().BeEquivalentTo(model.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => p.name)).And.NotBeEmpty();
    }

    private static double[] Trained<TModel>(TModel model, Action<TModel> fit)
        where TModel : torch.nn.Module
    {
        using (model)
        {
            fit(model);
            return Enumeration.Read(model);
        }
    }

    private sealed class Labelled(Tensor rows, Tensor labels) : ILabelledBatchSource
    {
        public int Batches => 3;

        public (Tensor Inputs, Tensor Labels) Read(int epoch, int batch) => (rows.narrow(0, (batch - 1) * 10, 10), labels.narrow(0, (batch - 1) * 10, 10));
    }

    /// <summary>A model with parameters that hardly matter.</summary>
    private sealed class Wide : torch.nn.Module, IEnergyModel
    {
        private readonly TorchSharp.Modules.Parameter scale = new(torch.full(100, 3e38f));

        public Wide()
            : base(nameof(Wide)) => RegisterComponents();

        public long VisibleSize => 4;

        public Tensor FreeEnergy(Tensor visible) => visible.square().sum(1) + (scale.narrow(0, 0, 1) * 1e-38);

        public Tensor Transition(Tensor visible, Generator? generator = null) => visible.clone();
    }
}
