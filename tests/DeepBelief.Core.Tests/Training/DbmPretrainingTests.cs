using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class DbmPretrainingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public void The_copies_have_the_distribution_of_their_joint_energy(int visibleCopies, int hiddenCopies)
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 2, "bernoulli", 2, weights: 0.8);
        var model = new CopiedRbm(rbm, visibleCopies, hiddenCopies);
        var (visible, hidden) = (Enumeration.States(2 * visibleCopies), Enumeration.Matrix(Enumeration.States(2 * hiddenCopies)));
        var expected = Enumeration.Matrix(visible).Select(v => -Enumeration.LogSumExp(hidden.Select(h => v.Chunk(2).SelectMany(a => h.Chunk(2).Select(b =>
            // The energies of the layers belong to one of the pairs only.
            Enumeration.MinusEnergy(rbm, a, b) - Own(a, b) + (Own(a, [0, 0]) / hiddenCopies) + (Own([0, 0], b) / visibleCopies))).Sum()))).ToArray();
        model.FreeEnergy(visible).ShouldBeNear(expected, 1e-10);

        using var generator = new Generator(4);
        using var chains = DeepBelief.Sampling.MarkovChain.Run(model, Make.Bits(1, Rows, model.VisibleSize), 30, generator);
        var numbers = chains.mv(torch.tensor(Enumerable.Range(0, 2 * visibleCopies).Select(i => (double)(1 << i)).ToArray()));
        var total = Enumeration.LogSumExp(expected.Select(f => -f));
        Enumeration.Read(torch.bincount(numbers.to(ScalarType.Int64), minlength: expected.Length)).Select(n => n / Rows).ToArray()
            .ShouldBeFrequencies([.. expected.Select(f => Math.Exp(-f - total))], Rows);

        double Own(double[] v, double[] h) => -UnitCases.Energy(rbm.Visible, v) - UnitCases.Energy(rbm.Hidden, h);
    }

    [Fact]
    public void One_pass_of_no_steps_leaves_the_machine_as_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3, 2], WeightInitialization.Normal(0.5), seed: 3);
        Make.Randomise(dbm, 1, 0.5);
        var before = CheckpointScenario.Bytes(dbm);
        dbm.Pretrain(CheckpointScenario.Data(), new() { Epochs = 1, LearningRate = 1e-30, InitializeFromData = false });
        CheckpointScenario.Bytes(dbm).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_layer_between_two_gets_the_mean_of_what_they_learned()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3], WeightInitialization.Normal(0.5), seed: 3);
        using var data = CheckpointScenario.Data();
        using var lower = dbm.Clone();
        // With the upper RBM at rest, it has half of what the lower one learns.
        var layers = new TrainingOptions[] { new() { Epochs = 3, LearningRate = 0.1 }, new() { Epochs = 1, LearningRate = 1e-30, InitializeFromData = false } };
        dbm.Pretrain(data, new() { Layers = layers }).Select(history => history.Epochs.Count).Should().Equal(3, 1);
        using var pair = new Rbm(new DeepBelief.Units.BernoulliUnits(6), new DeepBelief.Units.BernoulliUnits(4));
        DeepBelief.Tensors.Parameters.Assign(pair.Weight, lower.Weights[0]);
        var model = new CopiedRbm(pair, 2, 1);
        model.Fit(model.Copy(data), layers[0]);
        dbm.Weights[0].ShouldBeNear(pair.Weight, 1e-6);
        dbm.get_parameter("visible.bias")!.ShouldBeNear(pair.get_parameter("visible.bias")!, 1e-6);
        dbm.get_parameter("hidden.0.bias")!.ShouldBeNear(pair.get_parameter("hidden.bias")! / 2, 1e-6);
        Near.SameBits(dbm.Weights[1], lower.Weights[1]).Should().BeTrue();
    }

    [Fact]
    public void It_learns()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var rows = SmallSets.Get("bars 3x3").Rows();
        using var dbm = Dbm.Bernoulli([9, 8, 5], seed: 1);
        dbm.InitializeFromData(rows);
        var before = DbmEnumeration.LogLikelihood(dbm, rows).item<float>();
        dbm.Pretrain(rows, new() { Epochs = 100, LearningRate = 0.1 });
        DbmEnumeration.LogLikelihood(dbm, rows).item<float>().Should().BeGreaterThan(before + 1);
    }

    [Fact]
    public void Progress_and_the_end_of_a_cancelled_run_say_which_layers_are_done()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3, 2], seed: 3);
        var reports = new List<(int Layer, int Layers, int Epoch)>();
        _ = dbm.Pretrain(CheckpointScenario.Data(), new() { Epochs = 2 }, Told.AfterEpochs(p => reports.Add((p.Layer, p.Layers, p.Epoch))));
        reports.Should().Equal((1, 3, 1), (1, 3, 2), (2, 3, 1), (2, 3, 2), (3, 3, 1), (3, 3, 2));

        using var source = new CancellationTokenSource();
        var progress = Told.AfterEpochs(p =>
        {
            if ((p.Layer, p.Epoch) == (2, 1))
                source.Cancel();
        });
        dbm.Invoking(d => d.Pretrain(CheckpointScenario.Data(), new() { Epochs = 2 }, progress, cancellationToken: source.Token))
            .Should().Throw<TrainingCanceledException<EpochMetrics>>().Which.Histories.Select(history => history.Epochs.Count).Should().Equal(2, 1);
    }

    [Fact]
    public void What_it_cannot_do_is_refused_by_name()
    {
        using var dbm = Dbm.Bernoulli(6, 4, 3);
        using var data = CheckpointScenario.Data();
        dbm.Invoking(d => d.Pretrain(data, new() { Checkpoint = new() { Path = "x" } })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Checkpoint*");
        dbm.Invoking(d => d.Pretrain(data, new() { Inputs = LayerInputs.Samples })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Inputs*");
        dbm.Invoking(d => d.Pretrain(data, new() { Layers = [new()] })).Should().Throw<ArgumentException>().WithMessage("*2 layers*found 1*");
        dbm.Invoking(d => d.Pretrain(data, new() { Sparsity = new() })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Sparsity*");
        dbm.Weights[0].requires_grad = false;
        dbm.Invoking(d => d.Pretrain(data)).Should().Throw<ArgumentException>().WithMessage("*requires_grad*");
    }
}
