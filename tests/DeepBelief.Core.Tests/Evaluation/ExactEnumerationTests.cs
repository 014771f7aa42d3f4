using DeepBelief.Evaluation;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Evaluation;

public sealed class ExactEnumerationTests
{
    public static TheoryData<string> DiscreteKinds => new([.. UnitCases.DiscreteNames]);

    [Theory]
    [InlineData(5, 3)]
    [InlineData(3, 5)]
    public void The_partition_function_is_the_sum_over_all_pairs_of_states(int visible, int hidden)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", visible, "bernoulli", hidden, weights: 2);
        var (vs, hs) = (Enumeration.Matrix(Enumeration.States(visible)), Enumeration.Matrix(Enumeration.States(hidden)));
        var exact = Enumeration.LogSumExp(vs.SelectMany(v => hs.Select(h => Enumeration.MinusEnergy(rbm, v, h))));
        ExactEnumeration.LogPartition(rbm).Should().BeApproximately(exact, 1e-12);
    }

    [Fact]
    public void A_layer_of_reals_is_integrated_over_whichever_side_it_is_on()
    {
        const double Width = 0.002;
        using var scope = torch.NewDisposeScope();
        var grid = torch.arange(-40, 40, Width, ScalarType.Float64).unsqueeze(1);

        using var seen = Make.Rbm("gaussian", 1, "bernoulli", 4, weights: 1.5);
        var integral = Enumeration.LogSumExp(Enumeration.Read(seen.FreeEnergy(grid).neg())) + Math.Log(Width);
        ExactEnumeration.LogPartition(seen).Should().BeApproximately(integral, 1e-9);

        using var latent = Make.Rbm("bernoulli", 4, "gaussian", 1, weights: 1.5);
        integral = Enumeration.LogSumExp(Enumeration.Read(latent.HiddenFreeEnergy(grid).neg())) + Math.Log(Width);
        ExactEnumeration.LogPartition(latent).Should().BeApproximately(integral, 1e-9);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_states_are_summed_block_by_block()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 19, "bernoulli", 18, weights: 0);
        var closed = rbm.Visible.CumulantGenerator(torch.zeros(1, 19, ScalarType.Float64)) + rbm.Hidden.CumulantGenerator(torch.zeros(1, 18, ScalarType.Float64));
        ExactEnumeration.LogPartition(rbm).Should().BeApproximately(closed.ToDouble(), 1e-10);

        var cancelled = () => ExactEnumeration.LogPartition(rbm, new CancellationToken(true));
        cancelled.Should().Throw<OperationCanceledException>();
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(4, 2)]
    public void Samples_have_the_probabilities_of_the_model(int visible, int hidden)
    {
        const int Count = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", visible, "bernoulli", hidden, weights: 1.5);
        var p = Enumeration.VisibleProbabilities(rbm);
        using var generator = new Generator(2);
        var numbers = ExactEnumeration.Sample(rbm, Count, generator).mv(torch.tensor(new[] { 1.0, 2, 4, 8 })).to(ScalarType.Int64);
        var counts = Enumeration.Read(torch.bincount(numbers, minlength: 16));
        for (var s = 0; s < 16; s++)
            (counts[s] / Count).Should().BeApproximately(p[s], 5 * Math.Sqrt(p[s] * (1 - p[s]) / Count));
    }

    [Theory]
    [MemberData(nameof(DiscreteKinds))]
    public void Any_model_is_summed_over_its_visible_states(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 6, "gaussian", 3);
        var exact = Enumeration.LogSumExp(Enumeration.Read(rbm.FreeEnergy(Enumeration.States(rbm.Visible)).neg()));
        ExactEnumeration.LogPartition(new Wrapped(rbm)).Should().BeApproximately(exact, 1e-12);
    }

    [Theory]
    [MemberData(nameof(DiscreteKinds))]
    public void Samples_of_any_model_have_its_probabilities(string kind)
    {
        const int Count = 100_000;
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm(kind, 3, "bernoulli", 2, weights: 1);
        var states = Enumeration.States(rbm.Visible);
        var p = Enumeration.Read(rbm.FreeEnergy(states).neg().softmax(0));
        using var generator = new Generator(2);
        var counts = Enumeration.Matrix(ExactEnumeration.Sample(new Wrapped(rbm), Count, generator)).CountBy(row => string.Join(' ', row)).ToDictionary();
        double[] frequencies = [.. Enumeration.Matrix(states).Select(row => counts.GetValueOrDefault(string.Join(' ', row)) / (double)Count)];
        frequencies.ShouldBeFrequencies(p, Count);
        frequencies.Sum().Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Models_whose_visible_states_are_too_many_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        // The machine could be summed over its hidden units, which the model does not tell.
        using var large = Rbm.Bernoulli(26, 3);
        ExactEnumeration.IsPossible(large).Should().BeTrue();
        var sum = () => ExactEnumeration.LogPartition(new Wrapped(large));
        sum.Should().Throw<ArgumentException>().WithMessage("*at most 33554432 states*26 Binary*6.711e+07*");
        using var reals = Rbm.Gaussian(2, 3);
        ExactEnumeration.IsPossible(new Wrapped(reals)).Should().BeFalse();
        var sample = () => ExactEnumeration.Sample(new Wrapped(reals), 1);
        sample.Should().Throw<ArgumentException>().WithMessage("*at most 4194304 states*2 Real*Infinity*");
    }

    [Fact]
    public void A_model_whose_free_energies_are_NaN_has_no_samples()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(3, 2);
        using (torch.no_grad())
            _ = rbm.Weight.fill_(double.NaN);
        foreach (var model in new IEnergyModel[] { rbm, new Wrapped(rbm) })
        {
            var sample = () => ExactEnumeration.Sample(model, 1);
            sample.Should().Throw<ArgumentException>().WithMessage("*finite, found NaN*").WithParameterName(nameof(model));
        }
    }

    [Fact]
    public void Machines_that_are_too_large_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var large = Rbm.Bernoulli(26, 30);
        ExactEnumeration.IsPossible(large).Should().BeFalse();
        var sum = () => ExactEnumeration.LogPartition(large);
        sum.Should().Throw<ArgumentException>().WithMessage("*at most 33554432 states*6.711e+07*");

        using var between = Rbm.Gaussian(3, 25);
        ExactEnumeration.IsPossible(between).Should().BeTrue();
        ExactEnumeration.CanSample(between).Should().BeFalse();
        var sample = () => ExactEnumeration.Sample(between, 1);
        sample.Should().Throw<ArgumentException>().WithMessage("*at most 4194304 states*");
    }
}
