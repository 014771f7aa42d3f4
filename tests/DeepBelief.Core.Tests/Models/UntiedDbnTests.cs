using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class UntiedDbnTests
{
    public static TheoryData<string> Kinds => [.. UnitCases.Names];

    [Theory]
    [InlineData("bernoulli", "bernoulli")]
    [InlineData("spin", "binomial")]
    [InlineData("gaussian", "softmax")]
    public void Fresh_from_a_network_it_has_the_same_likelihood_and_bound(string visible, string hidden)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = new Dbn(Make.Rbm(visible, 4, hidden, 3), Make.Rbm(hidden, 3, "bernoulli", 2, 5));
        using var untied = dbn.Untie();
        var rows = dbn.Layers[0].SampleVisible(dbn.Layers[1].Visible.Sample(torch.zeros(9, 3, ScalarType.Float64)));
        DeepLogLikelihood.Exact(untied, rows).Rows.ToArray().ShouldBeNear([.. DeepLogLikelihood.Exact(dbn, rows).Rows], 1e-12);
        Same(model => DeepLogLikelihood.LowerBound(model.Model, rows, 0, samples: 7, model.Generator));
        Same(model => DeepLogLikelihood.ImportanceSampled(model.Model, rows, 0, samples: 7, model.Generator));
        untied.forward(rows).ShouldBeNear(dbn.forward(rows), 1e-12);
        untied.TransformToTop(rows).ShouldBeNear(dbn.TransformToTop(rows), 1e-12);
        using var one = new Generator(3);
        using var other = new Generator(3);
        untied.Sample(5, steps: 3, one).ShouldBeNear(dbn.Sample(5, steps: 3, other), 1e-12);

        // What happens to one leaves the other alone.
        using (torch.no_grad())
            _ = untied.Layers[0].Recognition.zero_();
        dbn.Layers[0].Weight.abs().min().ToDouble().Should().BeGreaterThan(0);

        void Same(Func<(IDeepGenerativeModel Model, Generator Generator), LogLikelihoodEstimate> run)
        {
            using var first = new Generator(2);
            using var second = new Generator(2);
            run((untied, first)).Rows.ToArray().ShouldBeNear([.. run((dbn, second)).Rows], 1e-11);
        }
    }

    [Fact]
    public void With_weights_of_its_own_each_direction_has_its_part_in_the_bound()
    {
        using var scope = torch.NewDisposeScope();
        using var untied = Small();
        var rows = Enumeration.States(4);
        var oracle = Oracle(untied);
        var expected = Enumeration.Matrix(rows).Select(oracle.Log).ToArray();
        DeepLogLikelihood.Exact(untied, rows).Rows.ToArray().ShouldBeNear(expected, 1e-12);
        using var generator = new Generator(2);
        var logZ = ExactEnumeration.LogPartition(untied.TopMachine);
        var bound = DeepLogLikelihood.LowerBound(untied, rows, logZ, samples: 3000, generator);
        bound.Mean.Should().BeApproximately(Enumeration.Matrix(rows).Average(oracle.Bound), 5 * bound.SamplingError);
        var sampled = DeepLogLikelihood.ImportanceSampled(untied, rows, logZ, samples: 20_000, generator);
        sampled.Mean.Should().BeApproximately(expected.Average(), 5 * sampled.SamplingError);
        bound.Mean.Should().BeLessThan(expected.Average() - 0.1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_of_a_direction_is_that_of_its_log_probability(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new UntiedLayer(Make.Units(kind, 6), Make.Units("bernoulli", 3, 9), WeightInitialization.Normal(0.5)).to(ScalarType.Float64);
        var hidden = Make.Bits(3, 7, 3);
        var rows = layer.Visible.Sample(hidden.mm(layer.Generative.t()).detach());
        Check(() => layer.AccumulateGenerativeGradient(rows, hidden), layer.Visible, layer.Generative, rows, hidden);

        using var other = new UntiedLayer(Make.Units("bernoulli", 3), Make.Units(kind, 6, 9), WeightInitialization.Normal(0.5)).to(ScalarType.Float64);
        var states = other.Hidden.Sample(hidden.mm(other.Recognition.t()).detach());
        Check(() => other.AccumulateRecognitionGradient(hidden, states), other.Hidden, other.Recognition, states, hidden);

        static void Check(Action accumulate, UnitLayer units, Parameter weight, Tensor states, Tensor given)
        {
            Parameter[] parameters = [weight, .. units.parameters()];
            accumulate();
            var found = parameters.Select(p => Enumeration.Read(p.grad!)).ToArray();
            foreach (var parameter in parameters)
                parameter.grad = null;
            // -log p(y | x), by autograd.
            var inputs = given.mm(weight.t());
            (units.Energy(states) + units.CumulantGenerator(inputs) - (inputs * states).sum(1)).mean().backward();
            foreach (var (gradient, parameter) in found.Zip(parameters))
                gradient.ShouldBeNear(Enumeration.Read(parameter.grad!), 1e-9);
            found[0].Max(Math.Abs).Should().BeGreaterThan(0.01);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Updates_are_on_average_the_gradients_of_the_two_divergences(bool isLabelled)
    {
        const int Copies = 20_000;
        using var scope = torch.NewDisposeScope();
        using var model = isLabelled ? Small(new ClassificationRbm(new Rbm(new CompositeUnits(new BernoulliUnits(2), new SoftmaxUnits(1, 2)), new BernoulliUnits(2)))) : Small();
        var data = torch.tensor(new[,] { { 1.0, 0, 1, 1 }, { 0, 0, 1, 0 } });
        // The second row has none.
        var labels = isLabelled ? torch.tensor(new[] { 1L, -1 }).repeat(Copies) : null;
        // The top machine's states, each as often as it is likely.
        var states = Enumeration.States(2);
        if (isLabelled)
            states = torch.cat([WithLabel(states, 0), WithLabel(states, 1)]);
        var counts = model.TopMachine.FreeEnergy(states).detach().neg().softmax(0).mul(2 * Copies).round().to(ScalarType.Int64);
        var options = new UpDownOptions { BatchSize = 2 * Copies, Centering = null, NegativePhase = new GivenRows(states.repeat_interleave(counts, 0)) };
        using var rows = new InMemoryBatches(new(data.repeat(Copies, 1), labels), options);
        using var task = new UpDownTask(model, rows, null, options);
        task.BeginEpoch(1);
        task.ComputeGradient(1, keep: 0);
        var found = model.named_parameters().Select(p => (p.name, Gradient: Enumeration.Read(p.parameter.grad!), p.parameter)).ToArray();

        // All hidden states, by enumeration: of the data for going up, and of all rows for going down.
        foreach (var parameter in model.parameters())
            parameter.grad = null;
        var (lower, upper) = (model.Layers[0], model.Layers[1]);
        var (v, h, x) = Grid(Enumeration.States(4));
        var (ofData, hOfData, xOfData) = Grid(data);
        var logZ = model.TopMachine.FreeEnergy(states).neg().logsumexp(0);
        // Of the features of the first row with its label, half of the grid, and of the second without.
        var ofTop = isLabelled ? torch.cat([model.TopMachine.FreeEnergy(WithLabel(xOfData.narrow(0, 0, 32), 1)), TopFreeEnergy(xOfData.narrow(0, 32, 32))]) : TopFreeEnergy(xOfData);
        var wake = (LogUp(ofData, hOfData, xOfData).detach().exp() * (LogDown(ofData, hOfData, xOfData) - ofTop - logZ)).sum() / -2;
        var sleep = ((LogDown(v, h, x) - TopFreeEnergy(x) - logZ).detach().exp() * LogUp(v, h, x)).neg().sum();
        (wake + sleep).backward();

        foreach (var (name, gradient, parameter) in found)
        {
            // Products of states and errors, all of at most one: a deviation of at most one over 40,000 pairs of rows.
            gradient.ShouldBeNear(Enumeration.Read(parameter.grad!), 5 / Math.Sqrt(2 * Copies));
            gradient.Max(Math.Abs).Should().BeGreaterThan(0.03, name);
        }

        Tensor LogUp(Tensor bottom, Tensor middle, Tensor top)
            => Bits(middle, bottom.mm(lower.Recognition.t()) + Bias(lower.Hidden)) + Bits(top, middle.mm(upper.Recognition.t()) + Bias(upper.Hidden));

        Tensor LogDown(Tensor bottom, Tensor middle, Tensor top)
            => Bits(bottom, middle.mm(lower.Generative.t()) + Bias(lower.Visible)) + Bits(middle, top.mm(upper.Generative.t()) + Bias(upper.Visible));

        Tensor WithLabel(Tensor features, long label) => model.Labelled!.Join(features, torch.full(features.shape[0], label, ScalarType.Int64));

        Tensor TopFreeEnergy(Tensor features) => model.Labelled?.FreeEnergy(features) ?? model.TopMachine.FreeEnergy(features);

        static Parameter Bias(UnitLayer units) => ((BernoulliUnits)units).Bias;

        static Tensor Bits(Tensor bits, Tensor inputs) => ((bits * inputs) - torch.nn.functional.softplus(inputs)).sum(1);

        static (Tensor, Tensor, Tensor) Grid(Tensor bottom)
        {
            var (middle, top, count) = (Enumeration.States(3), Enumeration.States(2), bottom.shape[0]);
            return (bottom.repeat_interleave(32, 0), middle.repeat_interleave(4, 0).repeat(count, 1), top.repeat(8 * count, 1));
        }
    }

    [Fact]
    public void Fine_tuning_raises_the_exact_likelihood()
    {
        var (likelihoods, bounds) = (new List<double>(), new List<double>());
        foreach (var seed in new[] { 0, 1, 2 })
        {
            using var scope = torch.NewDisposeScope();
            var data = Bars();
            using var dbn = Dbn.Bernoulli([9, 8, 8], null, seed);
            _ = dbn.Fit(data, new() { Epochs = 20, Seed = seed });
            using var untied = dbn.Untie();
            var before = DeepLogLikelihood.Exact(untied, data).Mean;
            var history = untied.Fit(data, options: new() { Epochs = 60, LearningRate = 0.1, NegativePhase = new PersistentContrastiveDivergence(2, 100), Seed = seed }, validation: (data, null));
            history.Last.Train.Should().BeNull();
            likelihoods.Add(DeepLogLikelihood.Exact(untied, data).Mean - before);
            using var generator = new Generator(5);
            var bound = DeepLogLikelihood.LowerBound(untied, data, ExactEnumeration.LogPartition(untied.TopMachine), samples: 20, generator).Mean;
            bounds.Add(bound - DeepLogLikelihood.LowerBound(dbn, data, ExactEnumeration.LogPartition(dbn.TopMachine), samples: 20, generator).Mean);
        }

        // The medians of what is gained.
        likelihoods.Order().ElementAt(1).Should().BeGreaterThan(0.1);
        bounds.Order().ElementAt(1).Should().BePositive("inference follows");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void With_labels_it_predicts_and_draws_rows_of_a_class(int labelled)
    {
        using var scope = torch.NewDisposeScope();
        var data = Bars();
        // How many bars there are, one or two.
        var labels = (data.sum(1) > 4).to(ScalarType.Int64);
        var known = torch.where(torch.arange(data.shape[0]).remainder(labelled).eq(0), labels, torch.full_like(labels, -1));
        using var dbn = ClassificationDbn.Bernoulli([9, 12, 20], classes: 2, seed: 2);
        _ = dbn.Fit(data, known, new() { Epochs = 30, Top = new() { Epochs = 60, DiscriminativeWeight = 0, GenerativeWeight = 1 } });
        using var untied = dbn.Untie();
        untied.forward(data).ShouldBeNear(dbn.forward(data), 1e-5);
        using (var one = new Generator(3))
        using (var other = new Generator(3))
            untied.Sample(labels, steps: 3, one).ShouldBeNear(dbn.Sample(labels, steps: 3, other), 1e-5);
        var history = untied.Fit(data, known, new() { Epochs = 40, LearningRate = 0.05 }, (data, labels));
        history.Last.Validation!.Accuracy.Should().BeGreaterThan(0.95);
        untied.Score(data, labels).Should().Be(history.Last.Validation);
        untied.Predict(data).eq(labels).to(ScalarType.Float64).mean().ToDouble().Should().Be(history.Last.Validation.Accuracy);
        untied.PredictProbabilities(data).ShouldBeNear(untied.forward(data).exp(), 1e-5);

        using var generator = new Generator(5);
        var classes = torch.tensor(Enumerable.Range(0, 400).Select(i => i % 2L).ToArray());
        var on = untied.Sample(classes, steps: 200, generator).sum(1);
        on.masked_select(classes.eq(1)).mean().ToDouble().Should().BeGreaterThan(on.masked_select(classes.eq(0)).mean().ToDouble() + 1);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([4, 3, 2], null);
        using var plain = dbn.Untie();
        using var labelled = ClassificationDbn.Bernoulli([4, 3, 2], classes: 2).Untie();
        var rows = torch.zeros(3, 4);
        var labels = torch.tensor(new[] { 0L, 1, -1 });
        Refused(() => Dbn.Bernoulli(4, 3).Untie(), "dbn", "*two or more layers*");
        Refused(() => new UntiedDbn([new UntiedLayer(new BernoulliUnits(4), new BernoulliUnits(3))], Rbm.Bernoulli(4, 2)), "top", "*3 bernoulli*");
        Refused(() => new UntiedDbn([], Rbm.Bernoulli(4, 2)), "layers", "*at least one*");
        Refused(() => plain.Fit(rows, labels), "labels", "*Expected no labels*");
        Refused(() => plain.Predict(rows), "network", "*without*");
        Refused(() => plain.Sample(labels), "network", "*without*");
        Refused(() => labelled.Fit(rows), "labels", "*Expected labels*");
        Refused(() => labelled.Fit(rows, labels + 1), "labels", "*[-1, 1]*");
        Refused(() => labelled.Fit(rows, torch.full(3, -1, ScalarType.Int64)), "labels", "*at least one row with a label*");
        Refused(() => labelled.Fit(rows, labels, weights: torch.tensor(new[] { 0f, 0, 1 })), "labels", "*with a label and a weight above 0, found none*");
        Refused(() => labelled.Fit(rows, labels, validation: (rows, labels)), "validation", "*[0, 1]*");
        Refused(() => plain.Fit(rows + 2), "data", "*[0, 1]*");
        Refused(() => plain.Fit(torch.zeros(3, 5)), "data", "*[batch, 4]*");
        Refused(() => plain.Fit(rows, weights: torch.ones(2)), "weights", "*shape [3]*");
        Refused(() => labelled.Fit(Given.Slices(rows, 3)), "batch 1 of epoch 1", "*Expected labels*");
        Refused(() => plain.Fit(Labelled(rows, labels)), "batch 1 of epoch 1", "*Expected no labels*");
        Refused(() => labelled.Fit(Labelled(rows, labels + 1)), "batch 1 of epoch 1", "*[-1, 1]*");
        Refused(() => labelled.Fit(Labelled(rows, torch.full(3, -1, ScalarType.Int64))), "labels", "*at least one row with a label*");
        plain.Dispose();
        plain.Invoking(p => p.Fit(rows)).Should().Throw<ObjectDisposedException>();
        plain.Invoking(p => p.Sample(2)).Should().Throw<ObjectDisposedException>();

        static ShuffledLabelledSource Labelled(Tensor rows, Tensor labels) => new(rows, labels, new ClassifierTrainingOptions { BatchSize = 3 });

        static void Refused(Func<object> call, string name, string message)
            => call.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(name);
    }

    private static UntiedDbn Small(ClassificationRbm? labelled = null)
    {
        UntiedLayer[] layers = [new(new BernoulliUnits(4), new BernoulliUnits(3)), new(new BernoulliUnits(3), new BernoulliUnits(2))];
        var model = labelled is null ? new UntiedDbn(layers, Rbm.Bernoulli(2, 2)) : new UntiedDbn(layers, labelled);
        _ = model.to(ScalarType.Float64);
        Make.Randomise(model, 7, 0.8);
        return model;
    }

    private static DeepEnumeration Oracle(UntiedDbn model)
    {
        return new([.. model.Layers.Select(layer => (Machine(layer, layer.Generative.t()), Machine(layer, layer.Recognition)))], DeepEnumeration.LogMarginal(model.TopMachine));

        // A machine has the layer's p(v | h), or its q(h | v), if it has the weights of that direction.
        static Rbm Machine(UntiedLayer layer, Tensor weight)
        {
            var rbm = new Rbm(layer.Visible, layer.Hidden);
            using var noGrad = torch.no_grad();
            _ = rbm.Weight.copy_(weight);
            return rbm;
        }
    }

    /// <summary>All images of three by three bits with one or two horizontal bars or one or two vertical ones, ten times each.</summary>
    private static Tensor Bars()
    {
        var which = torch.tensor(new[,] { { 1f, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 1, 0 }, { 1, 0, 1 }, { 0, 1, 1 } });
        return torch.cat([which.repeat_interleave(3, 1), which.repeat(1, 3)]).repeat(10, 1);
    }
}
