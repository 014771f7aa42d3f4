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
    [InlineData(3, 1)]
    [InlineData(1, 3)]
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
    public void Of_half_a_copy_each_unit_is_there_half_of_the_time()
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 2, "bernoulli", 2, weights: 0.8);
        var model = new CopiedRbm(rbm, 1, 1.5);
        var visible = Enumeration.States(2);
        var inputs = visible.mm(rbm.Weight.t());
        model.FreeEnergy(visible).ShouldBeNear(rbm.Visible.Energy(visible) - (rbm.Hidden.CumulantGenerator(inputs) * 1.5), 1e-12);

        using var generator = new Generator(4);
        var states = Enumeration.Matrix(visible);
        var p = Enumeration.Matrix(rbm.Hidden.Mean(inputs));
        foreach (var (row, v) in states.Index())
        {
            var expected = new double[4];
            foreach (var (h, other) in from h in states from other in states select (h, other))
            {
                foreach (var there in states)
                {
                    var probability = Of(h, p[row]) * Of(other, p[row]) / 4;
                    var sum = torch.tensor(h.Zip(other.Zip(there, (a, b) => a * b), (a, b) => a + b).ToArray()).unsqueeze(0);
                    var means = Enumeration.Read(rbm.Visible.Mean(sum.mm(rbm.Weight)));
                    foreach (var (i, next) in states.Index())
                        expected[i] += probability * Of(next, means);
                }
            }

            var drawn = model.Transition(torch.tensor(v).unsqueeze(0).expand(Rows, 2), generator);
            var numbers = Enumeration.Matrix(drawn).Select(next => states.ToList().FindIndex(state => state.SequenceEqual(next))).ToList();
            Enumerable.Range(0, 4).Select(i => numbers.Count(number => number == i) / (double)Rows).ToArray().ShouldBeFrequencies(expected, Rows);
        }

        static double Of(double[] bits, double[] means) => bits.Zip(means, (bit, mean) => bit == 1 ? mean : 1 - mean).Aggregate((a, b) => a * b);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_layer_between_has_the_geometric_mean_of_what_its_two_RBMs_say(int upperCopies)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([2, 3, 2], dtype: ScalarType.Float64);
        using var pairs = new DbmPairs(dbm, upperCopies);
        Make.Randomise(pairs, 3, 0.8);
        pairs.Push(dbm);

        var states = Enumeration.Matrix(Enumeration.States(3));
        var copies = Enumeration.States((int)pairs.Machines[0].VisibleSize);
        // log p(h_1) but for a constant: of the lower RBM by all states of its copies of v, of the upper one by its free energy.
        var (visible, hidden, weights) = (Of("0.visible.bias")[0], Of("0.hidden.bias")[0], Of("0.weight"));
        var ofLower = states.Select(h => Enumeration.LogSumExp(Enumeration.Matrix(copies).Select(all =>
            h.Index().Sum(unit => unit.Item * hidden[unit.Index])
            + all.Chunk(2).Sum(v => v.Index().Sum(unit => unit.Item * (visible[unit.Index] + h.Index().Sum(upper => upper.Item * weights[upper.Index][unit.Index]))))))).ToArray();
        var ofUpper = Enumeration.Read(-pairs.Machines[1].FreeEnergy(Enumeration.States(3)));
        var ofMachine = states.Select(h => Enumeration.LogSumExp(DbmEnumeration.States(dbm).Where(joint => joint[1].SequenceEqual(h)).Select(joint => DbmEnumeration.MinusEnergy(dbm, joint)))).ToArray();
        var share = 1 / (1.0 + upperCopies);
        var differences = ofMachine.Zip(ofLower.Zip(ofUpper, (a, b) => (share * a) + ((1 - share) * b)), (found, mean) => found - mean).ToArray();
        differences.Should().OnlyContain(difference => Math.Abs(difference - differences[0]) < 1e-10);
        ofMachine.Max().Should().BeGreaterThan(ofMachine.Min() + 0.5);

        double[][] Of(string name) => Enumeration.Matrix(pairs.get_parameter(name)!.detach().reshape(name.EndsWith("weight", StringComparison.Ordinal) ? [3, 2] : [1, -1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_pass_of_no_steps_leaves_the_machine_as_it_is(int upperCopies)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = Dbm.Bernoulli([6, 4, 3, 2], WeightInitialization.Normal(0.5), seed: 3);
        Make.Randomise(dbm, 1, 0.5);
        var before = CheckpointScenario.Bytes(dbm);
        dbm.Pretrain(CheckpointScenario.Data(), new() { Epochs = 1, LearningRate = 1e-30, InitializeFromData = false, UpperCopies = upperCopies });
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
    public void An_RBM_with_half_a_copy_learns_its_own_density()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var rows = SmallSets.Get("bars 3x3").Rows();
        using var rbm = Rbm.Bernoulli(9, 8, null, seed: 1);
        var model = new CopiedRbm(rbm, 1, 1.5);
        model.InitializeFromData(rows);
        var before = LogLikelihood();
        _ = model.Fit(rows, new() { Epochs = 100, LearningRate = 0.1 });
        LogLikelihood().Should().BeGreaterThan(before + 2);

        double LogLikelihood() => (-model.FreeEnergy(rows).mean() - (-model.FreeEnergy(Enumeration.States(9).to(ScalarType.Float32))).logsumexp(0)).item<float>();
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
    public void A_cancelled_run_leaves_the_machine_as_it_was_and_goes_on_from_its_checkpoint()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var data = CheckpointScenario.Data();
        using var dbm = Dbm.Bernoulli([6, 4, 3], seed: 3);
        using var never = dbm.Clone();
        var (plain, before) = (new DbmPretrainingOptions { Epochs = 4, BatchSize = 12 }, CheckpointScenario.Bytes(dbm));
        var options = plain with { Checkpoint = new() { Path = folder.File("run"), Interval = 10 } };
        using var source = new CancellationTokenSource();
        var cancel = Told.AfterEpochs(p =>
        {
            if ((p.Layer, p.Epoch) == (2, 3))
                source.Cancel();
        });
        dbm.Invoking(d => d.Pretrain(data, options, cancel, cancellationToken: source.Token)).Should().Throw<OperationCanceledException>();
        CheckpointScenario.Bytes(dbm).Should().BeEquivalentTo(before);

        var seen = new List<(int Layer, int Epoch)>();
        var histories = dbm.Pretrain(data, options, Told.AfterEpochs(p => seen.Add((p.Layer, p.Epoch))));
        seen.Should().Equal((2, 4));
        var expected = never.Pretrain(data, plain);
        var trained = CheckpointScenario.Bytes(dbm);
        trained.Should().BeEquivalentTo(CheckpointScenario.Bytes(never));
        Texts(histories).Should().Equal(Texts(expected));

        // The machine that the run has left is still its own.
        Texts(dbm.Pretrain(data, options)).Should().Equal(Texts(expected));
        CheckpointScenario.Bytes(dbm).Should().BeEquivalentTo(trained);
        foreach (var other in new[] { options with { UpperCopies = 2 }, options with { Epochs = 3 } })
            dbm.Invoking(d => d.Pretrain(data, other)).Should().Throw<CheckpointMismatchException>();
        using var another = Dbm.Bernoulli([6, 4, 3], seed: 4);
        another.Invoking(d => d.Pretrain(data, options)).Should().Throw<CheckpointMismatchException>().WithMessage("*initial weights*");
        CheckpointScenario.Bytes(dbm).Should().BeEquivalentTo(trained);

        static IEnumerable<string> Texts(IEnumerable<TrainingHistory<EpochMetrics>> histories) => histories.SelectMany(history => history.Epochs.Select(MetricsText.Of));
    }

    [Fact]
    public void What_it_cannot_do_is_refused_by_name()
    {
        using var dbm = Dbm.Bernoulli(6, 4, 3);
        using var data = CheckpointScenario.Data();
        dbm.Invoking(d => d.Pretrain(data, new() { UpperCopies = 0 })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("UpperCopies: expected 1 or more*");
        dbm.Invoking(d => d.Pretrain(data, new() { Inputs = LayerInputs.Samples })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Inputs*");
        dbm.Invoking(d => d.Pretrain(data, new() { Layers = [new()] })).Should().Throw<ArgumentException>().WithMessage("*2 layers*found 1*");
        dbm.Invoking(d => d.Pretrain(data, new() { Sparsity = new() })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Sparsity*");
        dbm.Weights[0].requires_grad = false;
        dbm.Invoking(d => d.Pretrain(data)).Should().Throw<ArgumentException>().WithMessage("*requires_grad*");
    }
}
