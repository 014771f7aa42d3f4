using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

/// <summary>What holds for every kind of unit. A new kind joins by its entry in <see cref="UnitCases"/>.</summary>
public sealed class UnitLayerTests
{
    private const int Size = 4;

    public static TheoryData<string> Kinds => new([.. UnitCases.Names]);

    public static TheoryData<string> FeedForwardKinds => new([.. UnitCases.All.Where(c => c.FeedsMeanForward).Select(c => c.Name)]);

    public static TheoryData<string> DiscreteKinds => new([.. UnitCases.DiscreteNames]);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Kinds))]
    public void Samples_have_the_mean_and_the_variance(string kind)
    {
        const int Rows = 100_000;
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        using var generator = new Generator(5);
        var inputs = Make.Normal(4, 1, 1, Size);

        var samples = units.Sample(inputs.expand(Rows, Size).contiguous(), generator);

        // Five standard errors; for a variance s² of n samples that is at most s² sqrt(8/n), as for exponential numbers.
        var variance = Enumeration.Read(units.Variance(inputs)).Max();
        samples.mean(new long[] { 0 }, true).ShouldBeNear(units.Mean(inputs), 5 * Math.Sqrt(variance / Rows));
        (samples - units.Mean(inputs)).square().mean(new long[] { 0 }, true).ShouldBeNear(units.Variance(inputs), 5 * variance * Math.Sqrt(8.0 / Rows));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Samples_and_their_means_are_values_of_the_support(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        using var generator = new Generator(6);
        var inputs = Make.Normal(5, 3, 500, Size);
        var samples = units.Sample(inputs, generator);
        units.Support.Fault(samples).Should().BeNull();
        units.Support.Fault(units.Mean(inputs)).Should().BeNull();

        if (UnitCases.DiscreteNames.Contains(kind))
        {
            var states = Enumeration.Matrix(Enumeration.States(units)).Select(row => string.Join(' ', row)).ToHashSet();
            Enumeration.Matrix(samples).Select(row => string.Join(' ', row)).ToHashSet().Should().BeSubsetOf(states).And.HaveCountGreaterThan(3);
        }

        (units.Support == UnitSupport.Real || units.Support.Fault(samples - 40) is not null).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(DiscreteKinds))]
    public void All_states_are_listed_once(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, 6);
        var expected = Enumeration.Matrix(Enumeration.States(units)).Select(row => string.Join(' ', row)).ToArray();
        units.StateCount.Should().Be(expected.Length);
        var listed = units.States(torch.arange(expected.Length, ScalarType.Int64));
        listed.dtype.Should().Be(ScalarType.Float64);
        // In order, as comparing each with each takes minutes.
        Enumeration.Matrix(listed).Select(row => string.Join(' ', row)).Order(StringComparer.Ordinal).Should().Equal(expected.Order(StringComparer.Ordinal));

        // Where there are more than integers count, the first are.
        using var many = Make.Units(kind, 201);
        many.StateCount.Should().BeGreaterThan(1e30);
        var first = Enumeration.Matrix(many.States(torch.arange(50, ScalarType.Int64)));
        first.Select(row => string.Join(' ', row)).Should().OnlyHaveUniqueItems();
        many.Support.Fault(torch.tensor(first.SelectMany(row => row).ToArray()).reshape(50, 201)).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(DiscreteKinds))]
    public void States_have_the_probabilities_of_their_energies(string kind)
    {
        const int Rows = 100_000;
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        using var generator = new Generator(7);
        var inputs = Make.Normal(4, 1, 1, Size);
        var states = Enumeration.States(units);
        var exact = Enumeration.Read(((states * inputs).sum(1) - units.Energy(states) - units.CumulantGenerator(inputs)).exp());
        exact.Sum().Should().BeApproximately(1, 1e-12);

        var counts = Enumeration.Matrix(units.Sample(inputs.expand(Rows, Size).contiguous(), generator)).CountBy(row => string.Join(' ', row)).ToDictionary();
        foreach (var (state, p) in Enumeration.Matrix(states).Zip(exact))
            (counts.GetValueOrDefault(string.Join(' ', state)) / (double)Rows).Should().BeApproximately(p, 5 * Math.Sqrt(p * (1 - p) / Rows) + 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Activation_writes_means_and_samples_also_over_its_inputs(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        using var one = new Generator(8);
        using var two = new Generator(8);
        var inputs = Make.Normal(6, 1, 50, Size);
        var (means, states) = (units.Mean(inputs), units.Sample(inputs, one));
        var written = torch.empty_like(inputs);
        units.Activate(inputs, written, inputs, two);
        written.ShouldBeNear(means, 1e-12);
        inputs.ShouldBeNear(states, 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Closed_form_gradients_are_those_of_autograd(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var x = Make.Normal(7, 1.5, 5, Size);

        (units.Energy(x).sum() * 0.3 - units.CumulantGenerator(x).sum() * 0.2).backward();
        var expected = units.parameters().Select(p => p.grad!.clone()).ToArray();
        foreach (var parameter in units.parameters())
            parameter.grad = null;
        units.AccumulateEnergyGradient(x, 0.3);
        units.AccumulateCumulantGradient(x, units.Mean(x), -0.2);

        foreach (var (parameter, gradient) in units.parameters().Zip(expected))
            parameter.grad!.ShouldBeNear(gradient, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_add_to_what_is_there_and_spare_fixed_parameters(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var x = Make.Normal(8, 1, 3, Size);
        var parameters = units.parameters().ToArray();
        units.AccumulateEnergyGradient(x, 1);
        var once = parameters.Select(p => p.grad!.clone()).ToArray();
        units.AccumulateEnergyGradient(x, 1);
        parameters.Zip(once).ToList().ForEach(pair => pair.First.grad!.ShouldBeNear(pair.Second * 2, 1e-12));

        parameters[0].requires_grad = false;
        parameters[0].grad = null;
        units.AccumulateEnergyGradient(x, 1);
        parameters[0].grad.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Untrained_units_take_the_means_of_the_data_and_trained_ones_stay(string kind)
    {
        using var scope = torch.NewDisposeScope();
        var unitCase = UnitCases.Get(kind);
        using var units = unitCase.Create(Size);
        _ = units.to(ScalarType.Float64);
        // Data of the kind, with a mean of its own for each unit.
        using var source = Make.Units(kind, Size, 3);
        using var generator = new Generator(1);
        var data = source.Sample(torch.zeros(500, Size, ScalarType.Float64), generator);
        var noInputs = torch.zeros(1, Size, ScalarType.Float64);

        units.InitializeFromData(data);
        units.Mean(noInputs).ShouldBeNear(data.mean(new long[] { 0 }, true), unitCase.MeanTolerance + 1e-12);
        if (unitCase.TakesVariance)
            units.Variance(noInputs).ShouldBeNear(data.var(0, unbiased: false).unsqueeze(0), 1e-9);

        Make.Randomise(units, 9, 1);
        var before = Enumeration.Read(units.Mean(noInputs));
        units.InitializeFromData(data);
        units.Mean(noInputs).ShouldBeNear(before, 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fixed_parameters_are_not_set_from_the_data(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.NewUnits(kind, Size);
        _ = units.to(ScalarType.Float64);
        foreach (var parameter in units.parameters())
            parameter.requires_grad = false;
        units.InitializeFromData(Make.Bits(1, 50, Size, 0.2));
        units.parameters().SelectMany(p => Enumeration.Read(p)).Should().OnlyContain(x => x == 0);
    }

    [Fact]
    public void A_fixed_variance_stays_while_the_mean_is_set()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new GaussianUnits(2);
        units.LogVariance.requires_grad = false;
        units.InitializeFromData(torch.tensor(new float[,] { { 4, 10 }, { 8, 30 } }));
        units.Bias.ShouldBeNear([6, 20], 1e-6);
        units.LogVariance.ShouldBeNear([0, 0], 0);
    }

    [Fact]
    public void A_column_that_never_changes_gets_a_variance_of_one_hundredth_of_the_others()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new GaussianUnits(2);
        units.InitializeFromData(torch.tensor(new float[,] { { 4, 10 }, { 4, 30 } }));
        units.LogVariance.exp().ShouldBeNear([0.5, 100], 1e-3);
    }

    [Theory]
    [MemberData(nameof(FeedForwardKinds))]
    public void Feed_forward_modules_compute_the_mean_with_weights_of_their_own(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        FeedsTheMeanForward(units);
    }

    [Fact]
    public void Feed_forward_modules_of_one_group_of_categories_compute_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new SoftmaxUnits(1, Size).to(ScalarType.Float64);
        FeedsTheMeanForward(units);
    }

    private static void FeedsTheMeanForward(UnitLayer units)
    {
        Make.Randomise(units, 15, 1);
        var weight = Make.Normal(10, 1, Size, 3);
        var x = Make.Normal(11, 1, 5, 3);
        var modules = units.ToFeedForward(weight);

        Tensor Apply() => modules.Aggregate(x, (states, module) => module.call(states));
        var before = Apply().clone();
        before.ShouldBeNear(units.Mean(x.mm(weight.t())), 1e-12);
        _ = weight.zero_();
        Make.Randomise(units, 12, 1);
        Apply().ShouldBeNear(before, 0);
        modules.ToList().ForEach(module => module.Dispose());
    }

    [Fact]
    public void Feed_forward_modules_of_relu_units_compute_the_most_probable_state()
    {
        using var scope = torch.NewDisposeScope();
        using var units = (ReluUnits)Make.Units("relu", 1);
        var weight = torch.ones(1, 1, ScalarType.Float64);
        var grid = torch.arange(0, 30, 0.001, ScalarType.Float64).unsqueeze(1);
        var modules = units.ToFeedForward(weight);
        foreach (var input in new[] { -5.0, -0.5, 0.7, 4 })
        {
            var inputs = torch.full(1, 1, input, ScalarType.Float64);
            var likeliest = grid[(grid * input).sum(1).sub(units.Energy(grid)).argmax()].ToDouble();
            modules.Aggregate(inputs, (states, module) => module.call(states)).ToDouble().Should().BeApproximately(likeliest, 6e-4);
        }

        // Beyond a few standard deviations, that is the mean as well.
        var far = torch.full(1, 1, 20.0, ScalarType.Float64);
        modules.Aggregate(far, (states, module) => module.call(states)).ShouldBeNear(units.Mean(far), 1e-9);
        modules.ToList().ForEach(module => module.Dispose());
    }

    [Theory]
    [InlineData("binomial")]
    [InlineData("softmax")]
    [InlineData("composite")]
    public void Units_without_feed_forward_modules_say_so(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var make = () => units.ToFeedForward(torch.zeros(Size, 3, ScalarType.Float64));
        make.Should().Throw<NotSupportedException>().WithMessage($"*4 {kind} {{*");
    }

    [Fact]
    public void Bits_far_in_either_tail_stay_finite()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new BernoulliUnits(2);
        var inputs = torch.tensor(new[,] { { 500f, -500f } });
        units.CumulantGenerator(inputs).ShouldBeNear([500], 1e-3);
        units.Mean(inputs).ShouldBeNear([1, 0], 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_layer_has_at_least_one_unit(long size)
    {
        var make = () => new BernoulliUnits(size);
        make.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Expected 1 or more*");
    }

    [Fact]
    public void Spins_far_in_either_tail_stay_finite()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new SpinUnits(2);
        var inputs = torch.tensor(new[,] { { 500f, -500f } });
        units.CumulantGenerator(inputs).ShouldBeNear([1000], 1e-3);
        units.Mean(inputs).ShouldBeNear([1, -1], 1e-12);
        units.Variance(torch.tensor(new[,] { { 15f, -15f } })).ShouldBeNear([4 * Math.Exp(-30), 4 * Math.Exp(-30)], 1e-18);
    }

    [Fact]
    public void A_category_that_the_data_has_not_keeps_a_small_probability()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new SoftmaxUnits(1, 4);
        units.InitializeFromData(torch.tensor(new float[,] { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 1, 0, 0, 0 }, { 1, 0, 0, 0 } }));
        units.Mean(torch.zeros(1, 4)).ShouldBeNear([0.745, 0.25, 0.0025, 0.0025], 1e-6);
    }

    [Fact]
    public void Relu_units_with_a_fixed_variance_take_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new ReluUnits(3);
        units.LogVariance.requires_grad = false;
        units.InitializeFromData(torch.tensor(new float[,] { { 0.1f, 4, 0 }, { 0.3f, 9, 0 } }));
        // A column of zeros takes one hundredth of the mean of all.
        units.Mean(torch.zeros(1, 3)).ShouldBeNear([0.2, 6.5, 6.7 / 300], 1e-6);
        units.LogVariance.ShouldBeNear([0, 0, 0], 0);
    }

    [Fact]
    public void Relu_units_whose_data_spreads_more_than_they_can_take_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        using var units = new ReluUnits(1).to(ScalarType.Float64);
        units.InitializeFromData(torch.tensor(new double[,] { { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 8 } }));
        units.Mean(torch.zeros(1, 1, ScalarType.Float64)).ShouldBeNear([1], 1e-9);
        units.Variance(torch.zeros(1, 1, ScalarType.Float64)).ShouldBeNear([0.98], 0.01);
    }

    [Fact]
    public void Data_outside_the_support_is_refused_with_what_was_expected_and_found()
    {
        using var scope = torch.NewDisposeScope();
        Refused(new ReluUnits(2), [0, -1], "*0 or more for NonNegative units*[-1, 0]*");
        Refused(new BinomialUnits(2, 5), [3, 6], "*[0, 5]*[3, 6]*");
        Refused(new SpinUnits(2), [-1, 2], "*[-1, 1]*[-1, 2]*");
        Refused(new SoftmaxUnits(1, 2), [1, 1], "*group of 2 categories to sum to 1*[2, 2]*");
        Refused(new SoftmaxUnits(1, 2), [2, -1], "*[0, 1]*[-1, 2]*");
        Refused(new CompositeUnits(new GaussianUnits(1), new BernoulliUnits(1)), [-7, 3], "*Columns 1 to 1*[0, 1]*[3, 3]*");
        Refused(new GaussianUnits(2), [0, float.NaN], "*finite*NaN*");

        static void Refused(UnitLayer units, float[] row, string message)
        {
            using var rbm = new Rbm(units, new BernoulliUnits(2));
            var fit = () => rbm.Fit(torch.tensor(row).unsqueeze(0), new() { Epochs = 1 });
            fit.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName("data");
        }
    }

    [Fact]
    public void Layers_that_cannot_be_are_refused()
    {
        var noTrials = () => new BinomialUnits(2, 0);
        noTrials.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*trials*1 to 16777216*0*");
        var noCategories = () => new SoftmaxUnits(2, 0);
        noCategories.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("categories");
        var noParts = () => new CompositeUnits();
        noParts.Should().Throw<ArgumentException>().WithMessage("*at least one part*none*");
        using var bits = new BernoulliUnits(2);
        var twice = () => new CompositeUnits(bits, bits);
        twice.Should().Throw<ArgumentException>().WithMessage("*same one twice*");
        using var composite = new CompositeUnits(new BernoulliUnits(2));
        var nested = () => new CompositeUnits(composite);
        nested.Should().Throw<ArgumentException>().WithMessage("*not composites*");
        using var doubles = new BernoulliUnits(2).to(ScalarType.Float64);
        var mixed = () => new CompositeUnits(bits, doubles);
        mixed.Should().Throw<ArgumentException>().WithMessage("*Float32*Float64*");
    }

    [Fact]
    public void A_composite_has_the_parameters_of_its_parts_by_number()
    {
        using var rbm = new Rbm(new CompositeUnits(new GaussianUnits(2), new SoftmaxUnits(1, 3)), new BernoulliUnits(2));
        rbm.state_dict().Keys.Should().BeEquivalentTo("weight", "visible.0.bias", "visible.0.log_variance", "visible.1.bias", "hidden.bias");
    }
}
