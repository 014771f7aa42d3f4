using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class BatchSourceTests
{
    [Theory]
    [InlineData(null, 2)]
    [InlineData(1, 2)]
    [InlineData(1300, 3)]
    public void Batches_are_asked_for_once_an_epoch_in_order_but_for_the_first_of_all(int? evaluationRows, int overview)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        var data = torch.arange(2500, ScalarType.Float32).reshape(2500, 1);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 600, EvaluationRows = evaluationRows, LearningRate = 1, Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 } };
        var source = new ShuffledSource(data, options);
        _ = model.Fit(source, options);

        var epochs = from epoch in new[] { 1, 2 } from batch in Enumerable.Range(1, 5) select (epoch, batch);
        source.Reads.Should().Equal([(1, 1), .. Enumerable.Range(1, overview).Select(batch => (1, batch)), .. epochs.Skip(overview)]);
        model.Batches.Select(b => b.Length).Should().Equal(600, 600, 600, 600, 100, 600, 600, 600, 600, 100);
        foreach (var epoch in model.Batches.Chunk(5))
            epoch.SelectMany(b => b).Order().Should().Equal(Enumerable.Range(0, 2500).Select(i => (float)i));
        model.W.Should().BeApproximately(10, 1e-6);
        // A twentieth of the rows, as far as the first batches tell: five of 600.
        model.Evaluated.Select(rows => rows.Length).Should().Equal(Enumerable.Repeat(evaluationRows ?? 150, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_from_a_source_is_that_from_memory_bit_for_bit(bool userModel)
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 50, 8).to(ScalarType.Float32);
        // No setting up, which would see the rows in another order and so sum them to other last digits.
        var options = new TrainingOptions { Epochs = 3, BatchSize = 16, NegativePhase = new ContrastiveDivergence(2), Centering = null, InitializeFromData = false, Seed = 5 };
        using var fromMemory = Rbm.Bernoulli(8, 6, seed: 2);
        using var fromSource = Rbm.Bernoulli(8, 6, seed: 2);
        _ = Model(fromMemory).Fit(data, options);
        _ = Model(fromSource).Fit(new ShuffledSource(data, options), options);

        Near.SameBits(fromSource.Weight, fromMemory.Weight).Should().BeTrue();
        using var untrained = Rbm.Bernoulli(8, 6, seed: 2);
        Near.SameBits(fromSource.Weight, untrained.Weight).Should().BeFalse();

        IEnergyModel Model(Rbm rbm) => userModel ? new Wrapped(rbm) : rbm;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_network_from_a_source_goes_on_from_a_checkpoint_bit_for_bit(int afterEpochs)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = Make.Bits(1, 40, 6).to(ScalarType.Float32);
        var options = new DbnTrainingOptions { Epochs = 3, BatchSize = 15, Inputs = LayerInputs.Samples, NegativePhase = new PersistentContrastiveDivergence(1, 10) };
        var resumable = options with { Checkpoint = new CheckpointOptions { Path = folder.File("dbn") } };

        using var expected = Dbn.Bernoulli(6, 5, 4);
        _ = expected.Fit(new ShuffledSource(data, options), options);
        using var resumed = Dbn.Bernoulli(6, 5, 4);
        var killed = () => resumed.Fit(new ShuffledSource(data, options), resumable, progress: new Interruption(afterEpochs));
        killed.Should().Throw<Interruption.Killed>();
        var histories = resumed.Fit(new ShuffledSource(data, options), resumable);

        histories.Select(h => h.Epochs.Count).Should().Equal(3, 3);
        foreach (var (key, tensor) in expected.state_dict())
            Near.SameBits(resumed.state_dict()[key], tensor).Should().BeTrue(key);
    }

    [Fact]
    public void A_network_from_a_source_is_trained_on_what_the_layers_below_make_of_it()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(3, 64, 6).to(ScalarType.Float32);
        var options = new DbnTrainingOptions { Epochs = 1, BatchSize = 64, LearningRate = 1e-9 };
        using var dbn = Dbn.Bernoulli([6, 5, 4], WeightInitialization.Normal(1));
        _ = dbn.Fit(new ShuffledSource(data, options), options);

        // Nothing was learned to speak of, but the upper layer's visible biases are those of its inputs' means.
        var means = dbn.Layers[0].HiddenMean(data).mean([0]);
        var biases = ((DeepBelief.Units.BernoulliUnits)dbn.Layers[1].Visible).Bias.detach();
        biases.sigmoid().ShouldBeNear(means, 1e-5);
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused_by_the_number_of_its_batch()
    {
        using var rbm = Rbm.Bernoulli(3, 2);
        // The third batch is beyond the first thousand rows, which are looked at before.
        var wrongShape = () => rbm.Fit(new Given(3, (_, batch) => torch.zeros(600, batch == 3 ? 4 : 3)));
        wrongShape.Should().Throw<ArgumentException>().WithMessage("Expected a tensor of shape [batch, 3], found [600, 4].*batch 3 of epoch 1*");
        var wrongValues = () => rbm.Fit(new Given(3, (_, batch) => torch.full(600, 3, batch == 3 ? 2f : 1)));
        wrongValues.Should().Throw<ArgumentException>().WithMessage("Expected values in [0, 1]*[2, 2]*batch 3 of epoch 1*");
        var wrongAtOnce = () => rbm.Fit(new Given(3, (_, batch) => torch.full(600, 3, (float)batch)));
        wrongAtOnce.Should().Throw<ArgumentException>().WithMessage("Expected values in [0, 1]*[2, 2]*batch 2 of epoch 1*");
        var empty = () => rbm.Fit(new Given(0, (_, _) => torch.zeros(2, 3)));
        empty.Should().Throw<ArgumentException>().WithMessage("Expected a source of at least one batch, found 0.*");
    }

    [Fact]
    public void A_network_s_source_may_have_the_gaps_that_its_lowest_layer_s_options_allow()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(3, 2, 2);
        var source = new Given(2, (_, _) => torch.tensor(new[,] { { 0, 1, float.NaN }, { 1, 0, 1 } }));
        var histories = dbn.Fit(source, new() { Layers = [new() { Epochs = 1, MissingValues = MissingValues.LeaveOut }, new() { Epochs = 1 }] });
        histories.Should().OnlyContain(history => history.Epochs.Count == 1);
    }
}
