using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

/// <summary>What holds for every kind of unit. A new kind joins by one line in <see cref="Kinds"/>.</summary>
public sealed class UnitLayerTests
{
    private const int Size = 4;

    public static TheoryData<string> Kinds => new("bernoulli", "gaussian");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Derivatives_of_the_cumulant_generator_are_the_mean_and_the_variance(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var inputs = Make.Normal(3, 2, 6, Size).requires_grad_();

        var first = torch.autograd.grad([units.CumulantGenerator(inputs).sum()], [inputs], create_graph: true)[0];
        first.ShouldBeNear(units.Mean(inputs), 1e-12);

        // A unit's mean depends on its own input alone, so the gradient of the sum is the diagonal of the second derivative.
        var second = torch.autograd.grad([first.sum()], [inputs])[0];
        second.ShouldBeNear(units.Variance(inputs), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Samples_have_the_mean_and_the_variance(string kind)
    {
        const int Rows = 100_000;
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        using var generator = new Generator(5);
        var inputs = Make.Normal(4, 1, 1, Size);

        var samples = units.Sample(inputs.expand(Rows, Size).contiguous(), generator);

        // Five standard errors; for a variance s² of n samples that is at most s² sqrt(2/n) for the normal law and less for bits.
        var variance = Enumeration.Read(units.Variance(inputs)).Max();
        samples.mean(new long[] { 0 }, true).ShouldBeNear(units.Mean(inputs), 5 * Math.Sqrt(variance / Rows));
        (samples - units.Mean(inputs)).square().mean(new long[] { 0 }, true).ShouldBeNear(units.Variance(inputs), 5 * variance * Math.Sqrt(2.0 / Rows));
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
        UnitLayer units = kind == "bernoulli" ? new BernoulliUnits(2) : new GaussianUnits(2);
        using var owned = units.to(ScalarType.Float64);
        var data = torch.tensor(new double[,] { { 1, 0 }, { 1, 1 }, { 0, 0 }, { 0, 0 } });
        var noInputs = torch.zeros(1, 2, ScalarType.Float64);

        units.InitializeFromData(data);
        units.Mean(noInputs).ShouldBeNear([0.5, 0.25], 1e-12);
        if (units is GaussianUnits)
            units.Variance(noInputs).ShouldBeNear([0.25, 0.1875], 1e-12);

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
        UnitLayer units = kind == "bernoulli" ? new BernoulliUnits(2) : new GaussianUnits(2);
        using var owned = units.to(ScalarType.Float64);
        foreach (var parameter in units.parameters())
            parameter.requires_grad = false;
        units.InitializeFromData(Make.Bits(1, 50, 2, 0.2) * 3);
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
    [MemberData(nameof(Kinds))]
    public void Feed_forward_modules_compute_the_mean_with_weights_of_their_own(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
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
    public void The_cumulant_generator_of_bits_is_the_sum_over_their_states()
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units("bernoulli", 3);
        var inputs = Make.Normal(13, 2, 1, 3);
        var states = Enumeration.States(3);

        var exponents = (states * inputs).sum(1) - units.Energy(states);
        units.CumulantGenerator(inputs).ShouldBeNear([Enumeration.LogSumExp(Enumeration.Read(exponents))], 1e-12);
    }

    [Fact]
    public void The_cumulant_generator_of_normal_units_is_the_integral_over_their_states()
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units("gaussian", 1);
        var inputs = torch.tensor(new[,] { { 0.8 } });
        const double Width = 0.001;
        var grid = torch.arange(-30, 30, Width, ScalarType.Float64).unsqueeze(1);

        var integral = Enumeration.Read(((grid * inputs).sum(1) - units.Energy(grid)).exp()).Sum() * Width;
        units.CumulantGenerator(inputs).ShouldBeNear([Math.Log(integral)], 1e-9);
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
}
