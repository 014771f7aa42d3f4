using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>Up-down fine-tuning with the options that a newcomer leaves alone; weights of rows, and sources.</summary>
public sealed class UpDownTests
{
    public static TheoryData<string> Kinds => [.. UnitCases.Names];

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("halves")]
    [InlineData("bars 3x3")]
    [InlineData("bars 4x4")]
    [InlineData("prototypes")]
    public void Fine_tuning_keeps_the_likelihood_of_a_network_that_has_learned(string name)
    {
        var set = SmallSets.Get(name);
        var runs = Enumerable.Range(1, 3).Select(seed => FineTune(set, set.Epochs, seed)).ToArray();
        var spread = runs.Max(run => run.Before) - runs.Min(run => run.Before);
        foreach (var (before, after) in runs)
            after.Should().BeGreaterThan(before - Math.Max(0.002, spread));
        runs.Average(run => run.After - run.Before).Should().BeGreaterThan(-0.001);
    }

    [Theory]
    [InlineData("halves", 0.03)]
    [InlineData("bars 3x3", 0.04)]
    [InlineData("prototypes", 0.1)]
    public void Fine_tuning_raises_the_likelihood_where_there_is_room(string name, double least)
    {
        var set = SmallSets.Get(name);
        for (var seed = 1; seed <= 3; seed++)
        {
            var (before, after) = FineTune(set, Math.Max(3, set.Epochs / 20), seed);
            after.Should().BeGreaterThan(before + least);
        }
    }

    [Fact]
    public void The_unit_of_measurement_changes_no_likelihood()
    {
        const int Columns = 6;
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        // Two groups of rows whose means are two deviations apart in three columns.
        var means = torch.arange(600).remainder(2).to(ScalarType.Float64).mul(2).sub(1).unsqueeze(1) * torch.tensor(new double[] { 1, -1, 1, 0, 0, 0 });
        var rows = means + torch.randn(new long[] { 600, Columns }, ScalarType.Float64, generator: generator);
        var (before, after) = Likelihoods(1);
        after.Should().BeGreaterThan(before + 0.005);
        foreach (var scale in new[] { 100, 0.01 })
            (Likelihoods(scale).After + (Columns * Math.Log(scale))).Should().BeApproximately(after, 1e-6);

        (double Before, double After) Likelihoods(double scale)
        {
            using var dbn = Dbn.Gaussian([Columns, 8, 8], null, seed: 1, dtype: ScalarType.Float64);
            _ = dbn.Fit(rows * scale, new() { Epochs = 5 });
            using var untied = dbn.Untie();
            var likelihood = DeepLogLikelihood.Exact(untied, rows * scale).Mean;
            _ = untied.Fit(rows * scale, options: new() { Epochs = 20 });
            return (likelihood, DeepLogLikelihood.Exact(untied, rows * scale).Mean);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_weight_of_two_is_a_second_copy_of_the_row(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new UntiedLayer(Make.Units(kind, 6), Make.Units("bernoulli", 3, 9), WeightInitialization.Normal(0.5)).to(ScalarType.Float64);
        var hidden = Make.Bits(3, 2, 3);
        var rows = layer.Visible.Sample(hidden.mm(layer.Generative.t()).detach());
        var twice = torch.tensor(new[] { 0L, 0, 1 });
        layer.AccumulateGenerativeGradient(rows.index_select(0, twice), hidden.index_select(0, twice));
        layer.AccumulateRecognitionGradient(rows.index_select(0, twice), hidden.index_select(0, twice));
        var expected = layer.parameters().Select(p => p.grad!.clone()).ToArray();
        foreach (var parameter in layer.parameters())
            parameter.grad = null;
        var weights = torch.tensor(new[] { 4 / 3.0, 2 / 3.0 });
        layer.AccumulateGenerativeGradient(rows, hidden, weights);
        layer.AccumulateRecognitionGradient(rows, hidden, weights);
        foreach (var (parameter, gradient) in layer.parameters().Zip(expected))
            parameter.grad!.ShouldBeNear(gradient, 1e-9);
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("relu")]
    public void Variances_learn_slowly_beside_frozen_weights_too(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new UntiedLayer(Make.Units(kind, 6), Make.Units(kind, 3, 9), WeightInitialization.Normal(0.5)).to(ScalarType.Float64);
        layer.Generative.requires_grad = layer.Recognition.requires_grad = false;
        // Biases of ReLU units would move along.
        foreach (var relu in new[] { layer.Visible, layer.Hidden }.OfType<ReluUnits>())
            relu.Bias.requires_grad = false;
        foreach (var parameter in layer.parameters().Where(p => p.requires_grad))
            parameter.grad = torch.ones_like(parameter);
        VarianceGradient.Apply(layer);
        foreach (var (name, parameter) in layer.named_parameters().Where(p => p.parameter.requires_grad))
            parameter.grad!.ShouldBeNear(torch.full_like(parameter, name.EndsWith("log_variance", StringComparison.Ordinal) ? 0.1 : 1).detach(), 1e-12);
    }

    [Theory]
    [InlineData(false, 0.9)]
    [InlineData(true, 0.6)] // Its chains never come where no row weighs, and so take nothing away there.
    public void Rows_without_weight_are_not_learned(bool contrastive, double least)
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("halves").Rows();
        using var dbn = Dbn.Bernoulli([4, 4, 4], null, seed: 2);
        _ = dbn.Fit(rows, new() { Epochs = 10 });
        using var untied = dbn.Untie();
        var options = new UpDownOptions { Epochs = 60, NegativePhase = contrastive ? new ContrastiveDivergence() : null };
        _ = untied.Fit(rows, options: options, weights: rows.select(1, 0));
        DeepLogLikelihood.Exact(untied, torch.ones(1, 4)).Mean.Should().BeGreaterThan(Math.Log(least));
    }

    [Theory]
    [InlineData(12, false, ScalarType.Float64, 1e-9)]
    [InlineData(12, false, ScalarType.Float32, 1e-6)]
    [InlineData(7, false, ScalarType.Float64, 1e-9)] // The others have no label.
    [InlineData(12, true, ScalarType.Float64, 1e-9)]
    public void A_discriminative_part_adds_the_gradient_of_what_the_network_predicts(int labelled, bool isCentered, ScalarType type, double tolerance)
    {
        const double Rate = 0.1;
        const double Weight = 3;
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 12, 6).to(type);
        _ = rows.select(1, 0).fill_(1); // Of a row of zeros, features would be drawn.
        var numbers = torch.arange(12);
        var labels = torch.where(numbers.lt(labelled), numbers.remainder(3), -1);
        using var without = AfterOneUpdate(0);
        using var with = AfterOneUpdate(Weight);
        using var start = Start();
        var loss = torch.nn.functional.cross_entropy(start.call(rows.narrow(0, 0, labelled)), labels.narrow(0, 0, labelled));
        (Weight * loss).backward();
        if (isCentered)
        {
            var features = start.TransformToTop(rows);
            features.ShouldBeNear(features.round(), 1e-12); // So what the run draws is known.
            Center(start.TopMachine, torch.cat([features, torch.nn.functional.one_hot(labels, 3).to(features.dtype)], 1));
        }
        else
        {
            start.Layers[0].Recognition.grad!.abs().max().ToDouble().Should().BeGreaterThan(0.01);
        }

        start.Layers[0].Generative.grad.Should().BeNull();
        foreach (var ((parameter, one), other) in start.parameters().Zip(with.parameters()).Zip(without.parameters()))
            (one - other).ShouldBeNear(-Rate * (parameter.grad ?? torch.zeros_like(parameter)), tolerance);

        UntiedDbn AfterOneUpdate(double weight)
        {
            var network = Start();
            var options = new UpDownOptions
            {
                Epochs = 1,
                BatchSize = 12,
                LearningRate = Rate,
                NegativePhase = new ContrastiveDivergence(),
                Centering = isCentered ? new CenteringOptions { SlidingFactor = 1 } : null,
                DiscriminativeWeight = weight,
            };
            _ = network.Fit(rows, labels, options);
            return network;
        }

        // The centered gradient, with the batch's means as offsets: of W, the mean of (h - λ)(v - μ)ᵀ; of b, less Wᵀλ; of c, less Wμ.
        static void Center(Rbm top, Tensor joint)
        {
            using var noGrad = torch.no_grad();
            var (visible, hidden) = (joint.mean([0L]), top.HiddenMean(joint).mean([0L]));
            var (features, label) = ((CompositeUnits)top.Visible).Parts is [BernoulliUnits first, SoftmaxUnits second] ? (first.Bias, second.Bias) : throw new InvalidOperationException();
            var ofVisible = torch.cat([features.grad ?? torch.zeros_like(features), label.grad!]);
            var ofHidden = ((BernoulliUnits)top.Hidden).Bias.grad!;
            var weight = top.Weight.grad! - torch.outer(hidden, ofVisible) - torch.outer(ofHidden, visible);
            _ = top.Weight.grad!.copy_(weight);
            _ = ofHidden.sub_(weight.mv(visible));
            ofVisible -= weight.t().mv(hidden);
            features.grad = ofVisible.narrow(0, 0, features.shape[0]);
            label.grad = ofVisible.narrow(0, features.shape[0], label.shape[0]);
        }

        UntiedDbn Start()
        {
            using var noGrad = torch.no_grad();
            var layer = new UntiedLayer(new BernoulliUnits(6), new BernoulliUnits(4), WeightInitialization.Normal(0.5), seed: 4);
            // So large that nothing is left to chance on the way up.
            if (isCentered)
                _ = layer.Recognition.mul_(1e4);
            var top = new ClassificationRbm(new Rbm(new CompositeUnits(new BernoulliUnits(4), new SoftmaxUnits(1, 3)), new BernoulliUnits(5), WeightInitialization.Normal(0.5), seed: 5));
            return new UntiedDbn([layer], top).to(type);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void Dropout_adds_the_mean_gradient_of_the_networks_that_units_were_dropped_from(ScalarType type)
    {
        const double Rate = 0.1;
        const int Copies = 40_000;
        var dropout = new DropoutRates(Input: 0.25, Hidden: 0.5);
        using var scope = torch.NewDisposeScope();
        var row = torch.tensor(new double[,] { { 1, 0, 1 } });
        var (rows, labels) = (row.expand(Copies, 3).to(type).contiguous(), torch.ones(Copies, ScalarType.Int64));
        using var without = AfterOneUpdate(0, null);
        using var with = AfterOneUpdate(1, dropout);
        var expected = Gradient(dropout);
        // Were none dropped, the test would say so.
        Gradient(new DropoutRates()).Zip(expected).Max(pair => (pair.First - pair.Second).abs().max().ToDouble()).Should().BeGreaterThan(0.1);
        foreach (var ((one, other), gradient) in with.parameters().Zip(without.parameters()).Zip(expected))
            ((one - other) / -Rate).to(ScalarType.Float64).ShouldBeNear(gradient, 0.015); // Five standard errors.

        UntiedDbn AfterOneUpdate(double weight, DropoutRates? rates)
        {
            var network = Start().to(type);
            var options = new UpDownOptions
            {
                Epochs = 1,
                BatchSize = Copies,
                LearningRate = Rate,
                NegativePhase = new ContrastiveDivergence(),
                Centering = null,
                DiscriminativeWeight = weight,
                Dropout = rates,
            };
            _ = network.Fit(rows, labels, options);
            return network;
        }

        // Of the mean of -log p(y | v) over all that may be dropped.
        Tensor[] Gradient(DropoutRates rates)
        {
            var network = Start();
            var (layer, top) = (network.Layers[0], network.Labelled!.Joint);
            var label = ((CompositeUnits)top.Visible).Parts is [_, SoftmaxUnits last] ? last.Bias : throw new InvalidOperationException();
            var (ofFeatures, ofLabel) = (top.Weight.narrow(1, 0, 2), top.Weight.narrow(1, 2, 2));
            var loss = torch.zeros(1, ScalarType.Float64);
            foreach (var (inputs, ofInputs) in Masks(3, rates.Input))
            {
                foreach (var (features, ofThese) in Masks(2, rates.Hidden))
                {
                    foreach (var (hidden, ofHidden) in Masks(2, rates.Hidden))
                    {
                        var seen = ((row * inputs).mm(layer.Recognition.t()) + ((BernoulliUnits)layer.Hidden).Bias).sigmoid() * features;
                        var terms = (((BernoulliUnits)top.Hidden).Bias.unsqueeze(1) + ofFeatures.mm(seen.t()) + ofLabel).exp().log1p();
                        var logits = label + hidden.mm(terms);
                        loss = loss - (ofInputs * ofThese * ofHidden * logits.log_softmax(1)[0, 1]);
                    }
                }
            }

            loss.sum().backward();
            return [.. network.parameters().Select(parameter => parameter.grad ?? torch.zeros_like(parameter))];
        }

        static IEnumerable<(Tensor Factors, double Probability)> Masks(int units, double rate)
        {
            for (var kept = 0; kept < 1 << units; kept++)
            {
                var bits = Enumerable.Range(0, units).Select(unit => (kept >> unit) & 1).ToArray();
                yield return (torch.tensor(bits.Select(bit => bit / (1 - rate)).ToArray()).unsqueeze(0), bits.Aggregate(1.0, (product, bit) => product * (bit == 1 ? 1 - rate : rate)));
            }
        }

        static UntiedDbn Start()
        {
            var layer = new UntiedLayer(new BernoulliUnits(3), new BernoulliUnits(2), WeightInitialization.Normal(1), seed: 4);
            var top = new ClassificationRbm(new Rbm(new CompositeUnits(new BernoulliUnits(2), new SoftmaxUnits(1, 2)), new BernoulliUnits(2), WeightInitialization.Normal(2), seed: 5));
            return new UntiedDbn([layer], top).to(ScalarType.Float64);
        }
    }

    [Fact]
    public void A_discriminative_part_leaves_frozen_parameters_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var untied = ClassificationDbn.Bernoulli([4, 3, 2], classes: 2, dtype: ScalarType.Float64).Untie();
        foreach (var parameter in untied.parameters().Where(parameter => !ReferenceEquals(parameter, untied.Layers[0].Generative)))
            parameter.requires_grad = false;
        var before = untied.Labelled!.Joint.Weight.clone();
        _ = untied.Fit(Make.Bits(1, 8, 4), torch.arange(8).remainder(2), new() { Epochs = 1, DiscriminativeWeight = 1 });
        untied.Labelled!.Joint.Weight.ShouldBeNear(before, 0);
    }

    [Fact]
    public void A_discriminative_part_tells_classes_better()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, labels) = Noisy(1);
        var (unseen, truth) = Noisy(2);
        using var dbn = ClassificationDbn.Bernoulli([12, 6, 4], classes: 3, seed: 1);
        _ = dbn.Fit(rows, labels, new() { Epochs = 5 });
        var losses = new[] { 0.0, 10 }.Select(weight =>
        {
            using var untied = dbn.Untie();
            _ = untied.Fit(rows, labels, new() { Epochs = 40, LearningRate = 0.05, DiscriminativeWeight = weight });
            return untied.Score(unseen, truth).Loss;
        }).ToArray();
        losses[1].Should().BeLessThan(0.9 * losses[0]);

        // Three prototypes, of which a fifth of the bits are turned.
        static (Tensor Rows, Tensor Labels) Noisy(int seed)
        {
            var classes = torch.arange(600).remainder(3);
            var prototypes = Make.Bits(7, 3, 12).index_select(0, classes);
            return ((prototypes - Make.Bits(seed, 600, 12, 0.2)).abs().to(ScalarType.Float32), classes);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_discriminative_part_out_of_range_is_refused(double weight)
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = ClassificationDbn.Bernoulli([4, 3, 2], classes: 2);
        using var untied = dbn.Untie();
        var fit = () => untied.Fit(torch.ones(4, 4), torch.zeros(4, ScalarType.Int64), new() { DiscriminativeWeight = weight });
        fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("DiscriminativeWeight").WithMessage("*0 or more, found*");
    }

    [Fact]
    public void Dropout_out_of_range_or_of_nothing_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = ClassificationDbn.Bernoulli([4, 3, 2], classes: 2);
        using var untied = dbn.Untie();
        var fit = (double weight, DropoutRates rates) => untied.Fit(torch.ones(4, 4), torch.zeros(4, ScalarType.Int64), new() { DiscriminativeWeight = weight, Dropout = rates });
        fit.Invoking(f => f(1, new(Hidden: 1))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Hidden: expected a value in *0, 1), found 1*");
        fit.Invoking(f => f(0, new(0.1, 0.2))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Dropout").WithMessage("*null, as DiscriminativeWeight is 0*");
    }

    [Fact]
    public void A_discriminative_part_needs_labels_at_the_top()
    {
        using var scope = torch.NewDisposeScope();
        using var dbn = Dbn.Bernoulli([4, 3, 2]);
        using var untied = dbn.Untie();
        var fit = () => untied.Fit(torch.ones(4, 4), options: new() { DiscriminativeWeight = 1 });
        fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("DiscriminativeWeight").WithMessage("*0, as the machine at the top has no labels, found 1*");
    }

    [Fact]
    public void A_source_teaches_what_rows_in_memory_do()
    {
        using var scope = torch.NewDisposeScope();
        var set = SmallSets.Get("prototypes");
        var rows = set.Rows();
        using var dbn = Dbn.Bernoulli([16, 8, 8], null, seed: 2);
        _ = dbn.Fit(rows, new() { Epochs = 3 });
        using var untied = dbn.Untie();
        using var other = dbn.Untie();
        var before = DeepLogLikelihood.Exact(untied, rows).Mean;
        var history = untied.Fit(Given.Slices(rows, 50), new() { Epochs = 20 }, rows);
        history.Epochs.Should().HaveCount(20);
        var after = DeepLogLikelihood.Exact(untied, rows).Mean;
        after.Should().BeGreaterThan(before + 0.05);

        // The order of the rows and the chains are others.
        _ = other.Fit(rows, options: new() { Epochs = 20, BatchSize = 50 });
        after.Should().BeApproximately(DeepLogLikelihood.Exact(other, rows).Mean, 0.01);
    }

    [Fact]
    public void Rows_are_measured_in_blocks()
    {
        using var scope = torch.NewDisposeScope();
        var units = new CountedUnits(6);
        using var untied = new UntiedDbn([new UntiedLayer(units, new BernoulliUnits(4))], Rbm.Bernoulli(4, 3));
        var rows = Make.Bits(1, 2500, 6).to(ScalarType.Float32);
        var history = untied.Fit(rows.narrow(0, 0, 40), options: new() { Epochs = 1 }, validation: (rows, null));
        units.MostRows.Should().BeInRange(40, 1000);
        var reconstructed = untied.Layers[0].Stochastic.LowerMean(untied.TransformToTop(rows));
        history.Last.ReconstructionError.Should().BeApproximately((rows - reconstructed).square().mean().ToDouble(), 1e-6);
    }

    private static (double Before, double After) FineTune(SmallSet set, int epochs, int seed)
    {
        using var scope = torch.NewDisposeScope();
        var rows = set.Rows();
        var hidden = rows.shape[1] > 4 ? 8 : 4;
        using var dbn = Dbn.Bernoulli([rows.shape[1], hidden, hidden], null, seed);
        _ = dbn.Fit(rows, new() { Epochs = epochs, Seed = seed });
        using var untied = dbn.Untie();
        var before = DeepLogLikelihood.Exact(untied, rows).Mean;
        _ = untied.Fit(rows, options: new() { Epochs = 40, Seed = seed });
        return (before, DeepLogLikelihood.Exact(untied, rows).Mean);
    }
}
