using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>A caller's inference mode, whose tensors autograd never trains, stays out of models.</summary>
public sealed class InferenceModeTests
{
    private static readonly (Tensor Rows, Tensor Labels) Data = (
        Make.Bits(1, 20, 4).to(ScalarType.Float32).DetachFromDisposeScope(),
        torch.zeros(20, ScalarType.Int64).DetachFromDisposeScope());

    [Fact]
    public void Models_made_in_it_train_outside()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (rbmPath, netPath, dbnPath, doublePath) = (folder.File("rbm"), folder.File("net"), folder.File("dbn"), folder.File("double"));
        using var doubles = Dbn.Bernoulli([4, 3, 2], dtype: ScalarType.Float64);
        using var deep = Dbm.Bernoulli([4, 3, 2], dtype: ScalarType.Float64);
        doubles.Save(doublePath);
        using (var rbm = Rbm.Bernoulli(4, 3))
            rbm.Save(rbmPath);
        using (var net = Classifier.Random([4, 3], 2))
            net.Save(netPath);
        using (var dbn = Dbn.Bernoulli(4, 3))
            dbn.Save(dbnPath);

        List<torch.nn.Module> models;
        using (torch.inference_mode())
        {
            var dbn = Dbn.Bernoulli(4, 3);
            models =
            [
                Rbm.Bernoulli(4, 3), Rbm.Gaussian(4, 3), Rbm.Bernoulli(4, 3, dtype: ScalarType.Float32), new Rbm(new ReluUnits(4), new SpinUnits(3)),
                Rbm.Load(rbmPath), dbn, Dbn.Load(dbnPath), dbn.ToClassifier(2), Classifier.Random([4, 3], 2), Classifier.Load(netPath), ClassificationRbm.Bernoulli(4, 3, 2),
                Dbm.Bernoulli(4, 3, 2), ClassificationDbn.Bernoulli([4, 3, 2], 2), Dbn.Bernoulli(4, 3, 2).Untie(), dbn.ToAutoencoder(), dbn.ToRegressor(2), dbn.ToMultiLabelClassifier(2),
                Dbn.Load(doublePath), doubles.Clone(), doubles.Untie(), doubles.ToAutoencoder(), ClassificationRbm.Bernoulli(4, 3, 2).ToClassifier(), deep.Clone(), deep.ToRbm(),
            ];
        }

        foreach (var model in models)
        {
            var before = Enumeration.Read(model);
            Fit(model);
            Enumeration.Read(model).Should().NotEqual(before);
            // Autograd reaches every parameter.
            foreach (var parameter in model.parameters())
                (parameter * 2).sum().requires_grad.Should().BeTrue();
            model.Dispose();
        }
    }

    [Fact]
    public void Training_in_it_is_training()
    {
        using var scope = torch.NewDisposeScope();
        var outside = Trained();
        using var mode = torch.inference_mode();
        Trained().Should().Equal(outside);

        static double[] Trained()
        {
            using var net = Classifier.Random([4, 3], 2);
            using var rbm = Rbm.Bernoulli(4, 3);
            using var neural = new NeuralEnergyModel(new Fixed(), 4, new() { Steps = 2 });
            Fit(net);
            Fit(rbm);
            _ = rbm.Fit(Data.Rows, new() { Epochs = 2, LearningRate = 0.01, NegativePhase = new PersistentContrastiveDivergence(1, 10), Optimizer = new AdamSettings() });
            _ = neural.Fit(Data.Rows, new() { Epochs = 2, LearningRate = 0.01 });
            return [.. Enumeration.Read(net), .. Enumeration.Read(rbm), .. Enumeration.Read(neural)];
        }
    }

    private static void Fit(torch.nn.Module model)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Data.Rows.to(model.parameters().First().dtype);
        var targets = rows.narrow(1, 0, 2);
        _ = model switch
        {
            // Of a deep machine, with its second hidden layer.
            Rbm rbm => (object)rbm.Fit(torch.cat([rows, rows], 1).narrow(1, 0, rbm.VisibleSize), new() { Epochs = 2, LearningRate = 0.01 }),
            Dbn dbn => dbn.Fit(rows, new() { Epochs = 2 }),
            Dbm dbm => dbm.Fit(rows, new() { Epochs = 2 }),
            UntiedDbn untied => untied.Fit(rows, options: new() { Epochs = 2 }),
            Classifier net => net.FitClassifier(rows, Data.Labels, new() { Epochs = 2 }),
            Autoencoder autoencoder => autoencoder.FitAutoencoder(rows, new() { Epochs = 2 }),
            Regressor regressor => regressor.Fit(rows, targets, new() { Epochs = 2 }),
            MultiLabelClassifier labels => labels.Fit(rows, targets, new() { Epochs = 2 }),
            ClassificationRbm joint => joint.Fit(rows, Data.Labels, new() { Epochs = 2 }),
            ClassificationDbn network => network.Fit(rows, Data.Labels, new() { Epochs = 2 }),
            _ => throw new NotSupportedException(),
        };
    }

    private sealed class Fixed : torch.nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter weight;

        public Fixed()
            : base(nameof(Fixed))
        {
            using var mode = torch.inference_mode(false);
            weight = new(torch.ones(4, 1));
            _ = weight.DetachFromDisposeScope();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.square().mm(weight);
    }
}
