using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class MissingValueTests
{
    public static TheoryData<string> Kinds => [.. UnitCases.Names];

    public static TheoryData<MissingValues> Treatments => [MissingValues.LeaveOut, MissingValues.Draw];

    [Fact]
    public void Bits_that_are_left_out_leave_a_machine_of_the_other_bits()
    {
        using var scope = torch.NewDisposeScope();
        using var whole = Make.Rbm("bernoulli", 5, "bernoulli", 3);
        // The same units without the second and the fourth, whose means the hidden biases get.
        var (known, absent) = (torch.tensor([0L, 2, 4]), torch.tensor([1L, 3]));
        using var part = Make.Rbm("bernoulli", 3, "bernoulli", 3);
        var visibleBias = ((BernoulliUnits)whole.Visible).Bias.detach();
        var absentMeans = visibleBias.index_select(0, absent).sigmoid();
        using (torch.no_grad())
        {
            _ = part.Weight.copy_(whole.Weight.index_select(1, known));
            _ = ((BernoulliUnits)part.Visible).Bias.copy_(visibleBias.index_select(0, known));
            _ = ((BernoulliUnits)part.Hidden).Bias.copy_(((BernoulliUnits)whole.Hidden).Bias + whole.Weight.index_select(1, absent).mv(absentMeans));
        }

        var (data, model) = (Make.Bits(1, 4, 5), Make.Bits(2, 4, 5));
        Differentiate(whole, WithGaps(data, torch.tensor([false, true, false, true, false]).expand(4, 5)), model);
        part.AccumulateGradient(data.index_select(1, known), model.index_select(1, known));

        whole.Weight.grad!.index_select(1, known).ShouldBeNear(part.Weight.grad!, 1e-12);
        ((BernoulliUnits)whole.Hidden).Bias.grad!.ShouldBeNear(((BernoulliUnits)part.Hidden).Bias.grad!, 1e-12);
        ((BernoulliUnits)whole.Visible).Bias.grad!.index_select(0, known).ShouldBeNear(((BernoulliUnits)part.Visible).Bias.grad!, 1e-12);
        using var features = whole.TransformKnown(WithGaps(data, torch.tensor([false, true, false, true, false]).expand(4, 5)));
        features.ShouldBeNear(part.HiddenMean(data.index_select(1, known)), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_of_rows_with_gaps_is_that_of_their_definition(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 5, "bernoulli", 3);
        var (data, model) = (States(rbm, 4, 5), States(rbm, 5, 5));
        var gaps = Gaps(rbm, 5, 6);
        Differentiate(rbm, WithGaps(data, gaps), model);
        var actual = Gradients(rbm);

        // An absent unit has no energy: a constant in its place cancels between the phases. What it sends depends on its parameters.
        var means = rbm.Visible.Mean(torch.zeros(1, 5, ScalarType.Float64));
        (FreeEnergy(data) - FreeEnergy(model)).mean().backward();
        foreach (var (name, expected) in Gradients(rbm))
            actual[name].ShouldBeNear(expected, 1e-10);

        var weights = torch.tensor([0, 0.5, 1, 1.5, 2]);
        Differentiate(rbm, WithGaps(data, gaps), model, weights);
        var weighted = Gradients(rbm);
        means = rbm.Visible.Mean(torch.zeros(1, 5, ScalarType.Float64));
        ((FreeEnergy(data) - FreeEnergy(model)) * weights).mean().backward();
        foreach (var (name, expected) in Gradients(rbm))
            weighted[name].ShouldBeNear(expected, 1e-10);

        Tensor FreeEnergy(Tensor rows)
            => rbm.Visible.Energy(torch.where(gaps, means.detach(), rows)) - rbm.Hidden.CumulantGenerator(torch.where(gaps, means, rows).mm(rbm.Weight.t()));
    }

    [Fact]
    public void A_unit_that_one_row_in_four_knows_takes_steps_of_twice_its_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        foreach (var parameter in rbm.parameters())
            parameter.grad = torch.ones_like(parameter);
        // All rows know the first unit, one the second and none the third.
        var rows = torch.tensor(new[,] { { 0, float.NaN, float.NaN }, { 1, float.NaN, float.NaN }, { 0, 1, float.NaN }, { 1, float.NaN, float.NaN } });
        using (var change = new RareUnits(rbm, new(rows)))
            change.Apply();
        rbm.Weight.grad!.ShouldBeNear(torch.tensor(new[,] { { 1f, 2, 2 }, { 1, 2, 2 } }), 1e-6);
        ((BernoulliUnits)rbm.Visible).Bias.grad!.ShouldBeNear([1, 2, 2], 1e-6);
        ((BernoulliUnits)rbm.Hidden).Bias.grad!.ShouldBeNear([1, 1], 0);
    }

    [Theory]
    [InlineData("bars 3x3", MissingValues.Draw, 0.1, -2.85)]
    [InlineData("bars 3x3", MissingValues.Draw, 0.3, -3.4)]
    [InlineData("halves", MissingValues.Draw, 0.3, -1.1)]
    [InlineData("far from zero", MissingValues.Draw, 0.3, -6.6)]
    [InlineData("far from zero", MissingValues.LeaveOut, 0.3, -6.6)]
    [InlineData("mixed", MissingValues.Draw, 0.3, -6.6)]
    [InlineData("mixed", MissingValues.LeaveOut, 0.3, -6.6)]
    [Trait("Category", "Slow")]
    public void Rows_with_gaps_teach_nearly_what_whole_rows_teach(string name, MissingValues treatment, double share, double least)
    {
        var set = SmallSets.Get(name);
        var figures = Enumerable.Range(0, 3).Select(seed =>
        {
            using var scope = torch.NewDisposeScope();
            using var rows = set.Rows();
            using var rbm = set.NewRbm(rows.shape[1], seed);
            using var generator = new Generator((ulong)(100 + seed));
            var gaps = Whole(rbm.Visible, torch.rand(rows.shape, generator: generator).lt(share));
            _ = rbm.Fit(WithGaps(rows, gaps), new() { Epochs = set.Epochs, Seed = seed, MissingValues = treatment });
            return LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;
        }).Order().ToArray();
        figures[1].Should().BeGreaterThan(least);
    }

    [Fact]
    public void Missing_values_are_drawn_for_every_negative_phase()
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("halves").Rows();
        var gaps = Make.Bits(1, rows.shape[0], rows.shape[1], 0.2).to(ScalarType.Bool);
        foreach (var phase in NegativePhases.All(steps: 5, chains: 50))
        {
            using var rbm = Rbm.Bernoulli(4, 4, seed: 1);
            _ = rbm.Fit(WithGaps(rows, gaps), new() { Epochs = 60, NegativePhase = phase, MissingValues = MissingValues.Draw, LearningRate = phase is ReplayBuffer ? 0.1 : null });
            // Independent bits would have -2.77.
            LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean.Should().BeGreaterThan(-1.5, phase.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public void Initial_parameters_come_from_the_known_values(MissingValues treatment)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Normal(1, 1, 400, 2).to(ScalarType.Float32) * torch.tensor([2f, 0.1f]) + torch.tensor([1000f, -3]);
        using var generator = new Generator(2);
        var known = torch.rand(400, 2, generator: generator).gt(0.4);
        using var rbm = Rbm.Gaussian(2, 3);
        // A rate of almost 0 leaves the initial values.
        _ = rbm.Fit(WithGaps(rows, known.logical_not()), new() { Epochs = 1, LearningRate = 1e-12, Averaging = 0, MissingValues = treatment });

        var units = (GaussianUnits)rbm.Visible;
        for (var column = 0; column < 2; column++)
        {
            var values = Enumeration.Read(rows.select(1, column).masked_select(known.select(1, column)));
            var mean = values.Average();
            units.Bias[column].item<float>().Should().BeApproximately((float)mean, 1e-3f);
            // Half of the variance is left to the hidden units.
            Math.Exp(units.LogVariance[column].item<float>()).Should().BeApproximately(values.Average(v => (v - mean) * (v - mean)) / 2, 0.001 * values.Average(v => (v - mean) * (v - mean)));
        }
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public void Frozen_visible_units_stay_as_they_are(MissingValues treatment)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(3, 60, 4).to(ScalarType.Float32).masked_fill(Make.Bits(4, 60, 4, 0.3).to(ScalarType.Bool), float.NaN);
        using var rbm = Rbm.Bernoulli(4, 3);
        Make.Randomise(rbm, 5, 0.5);
        var bias = ((BernoulliUnits)rbm.Visible).Bias;
        bias.requires_grad = false;
        var (before, weight) = (bias.clone(), rbm.Weight.detach().clone());
        _ = rbm.Fit(rows, new() { Epochs = 2, MissingValues = treatment });
        Near.SameBits(bias, before).Should().BeTrue();
        Near.SameBits(rbm.Weight, weight).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public void A_column_without_any_value_stays_out_of_the_way(MissingValues treatment)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(3, 60, 4).to(ScalarType.Float32);
        _ = rows.select(1, 2).fill_(float.NaN);
        using var rbm = Rbm.Bernoulli(4, 3);
        var history = rbm.Fit(rows, new() { Epochs = 5, MissingValues = treatment });
        history.Last.ReconstructionError.Should().BeInRange(0, 1);
        Enumeration.Read(rbm.Weight).Should().OnlyContain(weight => double.IsFinite(weight));
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public void Every_layer_of_a_network_learns_from_rows_with_gaps(MissingValues treatment)
    {
        using var scope = torch.NewDisposeScope();
        var rows = SmallSets.Get("prototypes").Rows();
        using var generator = new Generator(4);
        var gaps = torch.rand(rows.shape, generator: generator).lt(0.2);
        using var dbn = Dbn.Bernoulli([rows.shape[1], 8, 4]);
        var histories = dbn.Fit(WithGaps(rows, gaps), new() { Epochs = 20, MissingValues = treatment, Centering = null, EvaluationRows = 500 });
        foreach (var history in histories)
            history.Last.ReconstructionError.Should().BeLessThan(0.8 * history.Epochs[0].ReconstructionError);
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public void A_network_with_labels_learns_from_rows_with_gaps(MissingValues treatment)
    {
        using var scope = torch.NewDisposeScope();
        // Bits that are the label, one in ten flipped, and one in five unknown.
        var labels = torch.arange(300, ScalarType.Int64).remainder(2);
        var rows = labels.unsqueeze(1).ne(Make.Bits(1, 300, 6, 0.1)).to(ScalarType.Float32);
        var gaps = WithGaps(rows, Make.Bits(2, 300, 6, 0.2).to(ScalarType.Bool));
        using var network = ClassificationDbn.Bernoulli([6, 5, 4], classes: 2);
        var before = Enumeration.Read(network);
        network.Invoking(n => n.Fit(gaps, labels)).Should().Throw<ArgumentException>().WithMessage("*NaN*MissingValues*");
        Enumeration.Read(network).Should().Equal(before);

        _ = network.Fit(gaps, labels, new() { Epochs = 20, MissingValues = treatment, Top = new() { Epochs = 20 } });
        Enumeration.Read(network).Should().OnlyContain(value => double.IsFinite(value));
        network.Score(rows, labels).Accuracy.Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void Steps_of_units_grow_with_the_inverse_root_of_the_share_of_rows_that_know_them()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        // More rows than a block; known to all, to one in four, to none.
        var rows = Make.Bits(7, 2400, 3).to(ScalarType.Float32);
        _ = rows.select(1, 1).masked_fill_(torch.arange(2400).remainder(4).ne(0), float.NaN);
        _ = rows.select(1, 2).fill_(float.NaN);
        Factors(new(rows)).Should().Equal([1, 2, (float)Math.Sqrt(2400)], (a, b) => Math.Abs(a - b) <= 1e-6 * b);

        // A weight is a number of copies.
        var weights = torch.where(torch.arange(2400).remainder(4).eq(0), 3f, 1f);
        var copies = rows.repeat_interleave(weights.to(ScalarType.Int64), 0);
        Factors(new(rows, Weights: weights))[1].Should().BeApproximately(Factors(new(copies))[1], 1e-6f);

        float[] Factors(Batch data)
        {
            using var change = new RareUnits(rbm, data);
            return [.. change.State.Values.Single().data<float>()];
        }
    }

    [Theory]
    [InlineData(MissingValues.LeaveOut)]
    [InlineData(MissingValues.Draw)]
    public void Rows_that_know_nothing_are_not_measured(MissingValues missing)
    {
        using var scope = torch.NewDisposeScope();
        var rows = torch.full(500, 3, float.NaN);
        rows[499] = torch.tensor(new float[] { 1, 0, 1 });
        using var rbm = Rbm.Bernoulli(3, 2);
        // The one row that knows anything is learned, and its error told.
        var history = rbm.Fit(rows, new() { Epochs = 60, BatchSize = 100, MissingValues = missing, EvaluationRows = 20 }, validation: rows);
        history.Last.ReconstructionError.Should().BeInRange(0, 0.05);
        var nothing = () => rbm.Fit(rows.narrow(0, 0, 499), new() { MissingValues = missing });
        nothing.Should().Throw<ArgumentException>().WithMessage("Expected rows with known values, found 499 of nothing but NaN.*");
    }

    [Fact]
    public void Groups_of_categories_of_a_user_s_own_are_known_as_a_whole()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new Supported(3, UnitSupport.OneOf(3));
        var check = () => AbsentUnits.Check(units, torch.tensor(new[,] { { 0, float.NaN, 0 } }), "rows");
        check.Should().Throw<ArgumentException>().WithMessage("*3 categories*as a whole*").WithParameterName("rows");
    }

    [Fact]
    public void The_layer_above_learns_from_features_of_what_is_known()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 60, 4).to(ScalarType.Float32).masked_fill(Make.Bits(2, 60, 4, 0.3).to(ScalarType.Bool), float.NaN);
        var low = new Rbm(new BernoulliUnits(4), new BernoulliUnits(3), WeightInitialization.Normal(2), seed: 1);
        Make.Randomise(low.Visible, 3, 1);
        using var dbn = new Dbn(low, Rbm.Bernoulli(3, 2, seed: 2));
        // So that the layer above is trained on features that are known.
        foreach (var parameter in low.parameters())
            parameter.requires_grad = false;
        using var alone = Rbm.Bernoulli(3, 2, seed: 2);
        _ = dbn.Fit(rows, new() { Epochs = 2, MissingValues = MissingValues.LeaveOut });
        _ = alone.Fit(low.TransformKnown(rows), new() { Epochs = 2 });
        Near.SameBits(dbn.Layers[1].Weight, alone.Weight).Should().BeTrue();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Known_ratings_predict_the_others_better_than_a_category_for_missing_ones_does()
    {
        var errors = Enumerable.Range(1, 3).Select(RatingErrors).ToArray();
        // 0.5 is the noise of a star; the films' means are off by 1.6.
        errors[0].LeftOut.Should().BeLessThan(0.6);
        Median(errors.Select(e => e.LeftOut)).Should().BeLessThan(Median(errors.Select(e => e.Sixth)));

        static double Median(IEnumerable<double> values) => values.Order().ElementAt(1);
    }

    [Fact]
    public void Gaps_are_refused_where_they_have_no_meaning()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        var gap = torch.tensor(new[,] { { 0, 1, float.NaN }, { 1, 0, 1 } });
        var half = torch.tensor(new[,] { { 0, float.NaN, 0 }, { 1, 0, 0 } });

        Refused(() => rbm.Fit(gap)).WithMessage("*NaN*MissingValues*");
        Refused(() => rbm.FreeEnergy(gap)).WithMessage("*NaN*");
        Refused(() => rbm.HiddenMean(gap)).WithMessage("*NaN*");
        Refused(() => rbm.Reconstruct(gap)).WithMessage("*NaN*");
        Refused(() => rbm.TransformKnown(gap * 2)).WithMessage("*[0, 1]*");
        Refused(() => rbm.Fit(gap * 2, new() { MissingValues = MissingValues.LeaveOut })).WithMessage("*[0, 1]*");
        Refused(() => rbm.Fit(gap, new() { MissingValues = MissingValues.LeaveOut, NegativePhase = new ParallelTempering() })).WithMessage("*ContrastiveDivergence*");
        Refused(() => rbm.Fit(gap, new() { MissingValues = MissingValues.LeaveOut, Monitor = TrainingMonitor.PseudoLogLikelihood })).WithMessage("*Monitor*");
        Refused(() => new Wrapped(rbm).Fit(gap, new() { MissingValues = MissingValues.Draw })).WithMessage("*IConditionalModel*");
        using var softmax = new Rbm(new SoftmaxUnits(1, 3), new BernoulliUnits(2));
        Refused(() => softmax.Fit(half, new() { MissingValues = MissingValues.LeaveOut })).WithMessage("*as a whole*");
        _ = softmax.Fit(half, new() { Epochs = 1, MissingValues = MissingValues.Draw });

        static FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Refused(Action action) => action.Should().Throw<ArgumentException>();
    }

    /// <summary>
    /// Root mean squared errors of unknown ratings: of a machine that leaves them out, and of one with a sixth category for them.
    /// </summary>
    private static (double LeftOut, double Sixth) RatingErrors(int seed)
    {
        using var scope = torch.NewDisposeScope();
        // Viewers and films of two kinds each: stars 4 and 5 for one's own kind, 1 and 2 for the other.
        const int Viewers = 300, Films = 20;
        using var generator = new Generator((ulong)seed + 4);
        var likes = torch.arange(Viewers).remainder(2).unsqueeze(1).eq(torch.arange(Films).remainder(2).unsqueeze(0));
        var stars = torch.where(likes, 3L, 0L) + torch.randint(0L, 2, new long[] { Viewers, Films }, ScalarType.Int64, generator: generator);
        var known = torch.rand(Viewers, Films, generator: generator).lt(0.3);
        var gaps = known.logical_not();
        var data = WithGaps(
            torch.nn.functional.one_hot(stars, 5).to(ScalarType.Float32).reshape(Viewers, Films * 5),
            gaps.unsqueeze(2).expand(Viewers, Films, 5).reshape(Viewers, Films * 5));
        using var leavingOut = new Rbm(new SoftmaxUnits(Films, 5), new BernoulliUnits(10), seed: seed);
        _ = leavingOut.Fit(data, new() { Epochs = 100, MissingValues = MissingValues.LeaveOut, Seed = seed });
        var six = torch.nn.functional.one_hot(stars.masked_fill(gaps, 5), 6).to(ScalarType.Float32).reshape(Viewers, Films * 6);
        using var sixth = new Rbm(new SoftmaxUnits(Films, 6), new BernoulliUnits(10), seed: seed);
        _ = sixth.Fit(six, new() { Epochs = 100, Seed = seed });
        return (Error(leavingOut.ReconstructKnown(data), 5), Error(sixth.Reconstruct(six), 6));

        // The mean of a star, given that there is one.
        double Error(Tensor probabilities, int categories)
        {
            var ofStars = probabilities.reshape(Viewers, Films, categories).narrow(2, 0, 5);
            var predicted = (ofStars * torch.arange(5f)).sum(2) / ofStars.sum(2);
            return Math.Sqrt((predicted - stars).square().masked_select(gaps).mean().item<float>());
        }
    }

    private static Tensor WithGaps(Tensor rows, Tensor gaps) => rows.masked_fill(gaps, float.NaN);

    private static void Differentiate(Rbm rbm, Tensor data, Tensor model, Tensor? weights = null)
    {
        using var gradient = new RbmGradient(rbm);
        gradient.Phases.Begin(data.shape[0], model.shape[0]);
        _ = gradient.Phases.Data.Visible.copy_(data);
        gradient.Phases.LeaveOutMissing();
        _ = gradient.Phases.Model.Visible.copy_(model);
        gradient.Phases.ReplaceGaps(gradient.Phases.Model);
        if (weights is not null)
            gradient.Phases.Weigh(weights, arePaired: true);
        gradient.Replace();
    }

    private static Tensor States(Rbm rbm, long seed, long rows)
    {
        using var generator = new Generator((ulong)seed);
        return rbm.SampleVisible(Make.Bits(seed, rows, rbm.HiddenSize), generator);
    }

    private static Tensor Gaps(Rbm rbm, long rows, long seed) => Whole(rbm.Visible, Make.Bits(seed, rows, rbm.VisibleSize).to(ScalarType.Bool));

    /// <summary>Gaps in whole groups of categories: those of their first one.</summary>
    private static Tensor Whole(UnitLayer units, Tensor gaps)
        => torch.cat([.. SharedInputs.Parts(units).Select(part => part.Part is SoftmaxUnits softmax
            ? gaps.narrow(1, part.Start, softmax.Size).reshape(gaps.shape[0], -1, softmax.Categories).narrow(2, 0, 1).expand(-1, -1, softmax.Categories).reshape(gaps.shape[0], softmax.Size)
            : gaps.narrow(1, part.Start, part.Part.Size))], 1);

    private static Dictionary<string, Tensor> Gradients(Rbm rbm)
    {
        var gradients = rbm.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        foreach (var parameter in rbm.parameters())
            parameter.grad = null;
        return gradients;
    }
}
