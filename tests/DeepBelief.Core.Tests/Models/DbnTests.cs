using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Models;

public sealed class DbnTests
{
    [Fact]
    public void Means_go_up_and_down_layer_by_layer()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Stack();
        var v = Make.Bits(1, 5, 4);
        var (low, high) = (dbn.Layers[0], dbn.Layers[1]);
        var top = high.HiddenMean(low.HiddenMean(v));
        dbn.Transform(v).ShouldBeNear(top, 1e-12);
        dbn.forward(v).ShouldBeNear(top, 1e-12);
        dbn.Reconstruct(v).ShouldBeNear(low.VisibleMean(high.VisibleMean(top)), 1e-12);
    }

    [Fact]
    public void No_rows_have_no_features()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(4, 3, 2);
        var none = torch.zeros(0, 4);
        dbn.forward(none).shape.Should().Equal(0, 2);
        foreach (var inputs in new[] { LayerInputs.Means, LayerInputs.Samples })
        {
            dbn.Transform(none, inputs).shape.Should().Equal(0, 2);
            dbn.Reconstruct(none, inputs).shape.Should().Equal(0, 4);
        }
    }

    [Fact]
    public void Sampled_passes_are_bits_and_their_mean_approaches_the_expectation()
    {
        const int Passes = 4000;
        using var scope = torch.NewDisposeScope();
        using var dbn = Stack();
        using var generator = new Generator(2);
        var v = Make.Bits(3, 1, 4);
        Enumeration.Read(dbn.Transform(v, LayerInputs.Samples, generator)).Should().OnlyContain(x => x == 0 || x == 1);

        // E[h2 | v] sums over the states of the middle layer; the mean-field pass is something else.
        var middle = Enumeration.States(3);
        var p = dbn.Layers[0].HiddenMean(v).detach();
        var weights = (middle * p + (1 - middle) * (1 - p)).prod(1);
        var exact = weights.unsqueeze(0).mm(dbn.Layers[1].HiddenMean(middle).detach());
        dbn.Transform(v, LayerInputs.MeanOfSamples(Passes), generator).ShouldBeNear(exact, 5 * 0.5 / Math.Sqrt(Passes));
    }

    [Fact]
    public void Samples_have_the_distribution_of_the_network()
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var dbn = Stack();
        using var generator = new Generator(4);

        // p(v) = Σ p(h1) p(v | h1), with p(h1) that of the top machine's visible units.
        var middle = Enumeration.States(3);
        var p = torch.tensor(Enumeration.VisibleProbabilities(dbn.Layers[1])).unsqueeze(0);
        var means = dbn.Layers[0].VisibleMean(middle).detach();
        var exact = p.mm(means);
        var spread = Enumeration.Read(p.mm(means.square()) - exact.square()).Max();

        var samples = dbn.Sample(Rows, 60, generator);
        samples.mean(new long[] { 0 }, true).ShouldBeNear(exact, 5 * Math.Sqrt(spread / Rows));
        samples.square().mean(new long[] { 0 }, true).ShouldBeNear(p.mm(means.square()), 5 * Math.Sqrt(spread * 4 / Rows));
    }

    [Fact]
    public void Three_layers_sample_and_reconstruct_in_order()
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var dbn = new Dbn(
            Make.Rbm("bernoulli", 5, "bernoulli", 4, seed: 1, weights: 1),
            Make.Rbm("bernoulli", 4, "bernoulli", 3, seed: 20, weights: 1),
            Make.Rbm("bernoulli", 3, "bernoulli", 2, seed: 40, weights: 1));
        using var generator = new Generator(6);
        var (low, middle, high) = (dbn.Layers[0], dbn.Layers[1], dbn.Layers[2]);

        // p(h2) of the top machine, then p(h1 | h2) state by state, then E[v | h1].
        var upper = Enumeration.States(3);
        var lower = Enumeration.States(4);
        var p2 = torch.tensor(Enumeration.VisibleProbabilities(high)).unsqueeze(0);
        var on = middle.VisibleMean(upper).detach().unsqueeze(1);
        var p1 = p2.mm((lower * on + (1 - lower) * (1 - on)).prod(2));
        var exact = p1.mm(low.VisibleMean(lower).detach());
        dbn.Sample(Rows, 60, generator).mean(new long[] { 0 }, true).ShouldBeNear(exact, 5 * 0.5 / Math.Sqrt(Rows));

        var v = Make.Bits(2, 6, 5);
        var top = high.HiddenMean(middle.HiddenMean(low.HiddenMean(v)));
        dbn.Reconstruct(v).ShouldBeNear(low.VisibleMean(middle.VisibleMean(high.VisibleMean(top))), 1e-12);
    }

    [Fact]
    public void A_network_of_one_layer_samples_as_its_machine_does()
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        var rbm = Make.Rbm("bernoulli", 3, "bernoulli", 3, seed: 6, weights: 1);
        var exact = torch.tensor(Enumeration.VisibleProbabilities(rbm)).unsqueeze(0).mm(Enumeration.States(3));
        using var dbn = new Dbn(rbm);
        using var generator = new Generator(5);
        dbn.Sample(Rows, 60, generator).mean(new long[] { 0 }, true).ShouldBeNear(exact, 5 * 0.5 / Math.Sqrt(Rows));
    }

    [Fact]
    public void Each_layer_is_trained_on_what_the_one_below_makes_of_the_data()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        TrainingOptions[] options =
        [
            new() { Epochs = 2, Seed = 5 },
            new() { Epochs = 3, Seed = 6, LearningRate = 0.02 },
        ];
        using var dbn = new Dbn(Rbm.Bernoulli(10, 6, seed: 8), Rbm.Bernoulli(6, 4, seed: 9));
        var histories = dbn.Fit(data, new() { Layers = options });
        histories.Select(h => h.Epochs.Count).Should().Equal(2, 3);

        using var low = Rbm.Bernoulli(10, 6, seed: 8);
        using var high = Rbm.Bernoulli(6, 4, seed: 9);
        _ = low.Fit(data, options[0]);
        _ = high.Fit(low.HiddenMean(data).detach(), options[1]);
        Near.SameBits(dbn.Layers[0].Weight, low.Weight).Should().BeTrue();
        Near.SameBits(dbn.Layers[1].Weight, high.Weight).Should().BeTrue();
    }

    [Fact]
    public void What_tells_the_two_kinds_of_trial_rows_apart_gets_through_all_layers()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        using var dbn = Dbn.Bernoulli([10, 7, 5, 2], WeightInitialization.Normal(0.1));
        _ = dbn.Fit(data, new()
        {
            Epochs = 20,
            BatchSize = 10,
            LearningRate = 0.1,
            Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 },
            Inputs = LayerInputs.Samples,
        });

        // A bit reconstructed by its row's kind is off by 0.75 · 0.25 + 0.25 · 0.75 = 0.375; one that knows nothing, by 0.5.
        (data - dbn.Reconstruct(data)).abs().mean().ToDouble().Should().BeLessThan(0.4);
    }

    [Fact]
    public void Layer_inputs_change_what_the_second_layer_learns_from()
    {
        using var scope = torch.NewDisposeScope();
        var data = TrialDataset.Create(seed: 1);
        var weights = new[] { LayerInputs.Means, LayerInputs.Samples, LayerInputs.MeanOfSamples(5) }.Select(inputs =>
        {
            using var dbn = Dbn.Bernoulli([10, 6, 4], WeightInitialization.Original);
            _ = dbn.Fit(data, new() { Epochs = 1, Inputs = inputs });
            return (Low: dbn.Layers[0].Weight.detach().clone(), High: dbn.Layers[1].Weight.detach().clone());
        }).ToArray();
        Near.SameBits(weights[0].Low, weights[1].Low).Should().BeTrue();
        Near.SameBits(weights[0].High, weights[1].High).Should().BeFalse();
        Near.SameBits(weights[1].High, weights[2].High).Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Validation_rows_are_evaluated_and_change_nothing_that_is_learned(int passes)
    {
        using var scope = torch.NewDisposeScope();
        var rows = TrialDataset.Create(seed: 1);
        var (data, validation) = (rows.narrow(0, 0, 300), rows.narrow(0, 300, 200));
        var options = new DbnTrainingOptions
        {
            Epochs = 3,
            Inputs = passes == 0 ? LayerInputs.Means : LayerInputs.MeanOfSamples(passes),
        };
        using var without = Dbn.Bernoulli([10, 6, 4], WeightInitialization.Normal(0.5));
        using var with = Dbn.Bernoulli([10, 6, 4], WeightInitialization.Normal(0.5));
        var blind = without.Fit(data, options);
        var histories = with.Fit(data, options, validation);

        foreach (var (one, other) in without.parameters().Zip(with.parameters()))
            Near.SameBits(one, other).Should().BeTrue();
        blind.SelectMany(h => h.Epochs).Should().OnlyContain(e => e.FreeEnergyGap == null);
        var last = histories.Select(h => h.Last).ToArray();
        last[0].FreeEnergyGap.Should().Be(ModelEvaluation.FreeEnergyGap(with.Layers[0], data, validation));
        last[0].ReconstructionError.Should().Be(ModelEvaluation.ReconstructionError(with.Layers[0], validation));
        if (passes == 0)
        {
            var (up, unseenUp) = (with.Layers[0].HiddenMean(data).detach(), with.Layers[0].HiddenMean(validation).detach());
            last[1].FreeEnergyGap.Should().Be(ModelEvaluation.FreeEnergyGap(with.Layers[1], up, unseenUp));
            last[1].ReconstructionError.Should().Be(ModelEvaluation.ReconstructionError(with.Layers[1], unseenUp));
        }
        else
        {
            last[1].FreeEnergyGap.Should().NotBeNull().And.NotBe(last[0].FreeEnergyGap);
        }
    }

    [Fact]
    public void Progress_names_the_layer()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(10, 3, 2);
        var seen = new List<TrainingProgress>();
        _ = dbn.Fit(TrialDataset.Create(), new() { Epochs = 1 }, progress: new Told(seen.Add));
        seen.Where(p => p.Fraction == 1).Select(p => (p.Layer, p.Layers)).Should().Equal((1, 2), (2, 2));
    }

    [Fact]
    public void The_classifier_starts_where_the_network_is_and_goes_its_own_way()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Stack();
        using var net = dbn.ToClassifier(3, seed: 2);
        net.state_dict().Keys.Should().Equal("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias");
        var v = Make.Bits(7, 5, 4);
        var last = net.state_dict();
        var logits = dbn.Transform(v).mm(last["4.weight"].t()) + last["4.bias"];
        net.forward(v).ShouldBeNear(logits, 1e-12);
        (net.InputSize, net.Classes).Should().Be((4, 3));

        using (torch.no_grad())
            dbn.Layers[0].Weight.zero_();
        net.forward(v).ShouldBeNear(logits, 1e-12);
    }

    [Fact]
    public void Layers_that_do_not_fit_together_are_refused()
    {
        using var low = Rbm.Bernoulli(4, 3);
        using var tooSmall = Rbm.Bernoulli(2, 2);
        using var reals = Rbm.Gaussian(3, 2);
        var sizes = () => new Dbn(low, tooSmall);
        sizes.Should().Throw<ArgumentException>().WithMessage("*layer 1*3 bernoulli*2 bernoulli*");
        var kinds = () => new Dbn(low, reals);
        kinds.Should().Throw<ArgumentException>().WithMessage("*3 bernoulli*3 gaussian*");
        using var wide = Make.Rbm("bernoulli", 3, "bernoulli", 2);
        var types = () => new Dbn(low, wide);
        types.Should().Throw<ArgumentException>().WithMessage("*Float32*Float64*");
        var missing = () => new Dbn(low, null!);
        missing.Should().Throw<ArgumentNullException>();
        var none = () => new Dbn();
        none.Should().Throw<ArgumentException>().WithMessage("*at least one layer*");
        using var square = Rbm.Bernoulli(3, 3);
        var twice = () => new Dbn(square, square);
        twice.Should().Throw<ArgumentException>().WithMessage("*one of them twice*");
        var oneSize = () => Dbn.Bernoulli(4);
        oneSize.Should().Throw<ArgumentException>().WithMessage("*2 or more sizes*[4]*");
        var classes = () => Stack().ToClassifier(1);
        classes.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("classes");
    }

    [Fact]
    public void Data_and_options_that_do_not_fit_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli(4, 3, 2);
        var shape = () => dbn.Fit(torch.zeros(5, 3));
        shape.Should().Throw<ArgumentException>().WithMessage("*[batch, 4]*[5, 3]*");
        var values = () => dbn.Fit(torch.full(5, 4, 2f));
        values.Should().Throw<ArgumentException>().WithMessage("*[0, 1]*");
        var unseenShape = () => dbn.Fit(torch.zeros(5, 4), null, torch.zeros(5, 3));
        unseenShape.Should().Throw<ArgumentException>().WithParameterName("validation").WithMessage("*4]*[5, 3]*");
        var unseenValues = () => dbn.Fit(torch.zeros(5, 4), null, torch.full(5, 4, 2f));
        unseenValues.Should().Throw<ArgumentException>().WithParameterName("validation").WithMessage("*[0, 1]*");
        var layers = () => dbn.Fit(torch.zeros(5, 4), new() { Layers = [new()] });
        layers.Should().Throw<ArgumentException>().WithMessage("*2 layers*1*");
        var before = dbn.Layers[0].Weight.detach().clone();
        var nested = () => dbn.Fit(torch.zeros(5, 4), new() { Layers = [new(), new DbnTrainingOptions()] });
        nested.Should().Throw<ArgumentException>().WithMessage("*single layer*");
        using var reals = Dbn.Gaussian(4, 3);
        var monitor = () => reals.Fit(torch.zeros(5, 4), new() { Monitor = TrainingMonitor.PseudoLogLikelihood });
        monitor.Should().Throw<ArgumentException>().WithMessage("*binary*");
        Near.SameBits(dbn.Layers[0].Weight, before).Should().BeTrue();
        var count = () => dbn.Sample(0);
        count.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count");
    }

    private static Dbn Stack()
        => new(Make.Rbm("bernoulli", 4, "bernoulli", 3, seed: 1, weights: 1), Make.Rbm("bernoulli", 3, "bernoulli", 2, seed: 20, weights: 1));
}
