using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

/// <summary>The log-normaliser of every kind of unit, against its energy and its moments.</summary>
public sealed class CumulantGeneratorTests
{
    private const int Size = 4;

    public static TheoryData<string> Kinds => new([.. UnitCases.Names]);

    public static TheoryData<string> DiscreteKinds => new([.. UnitCases.DiscreteNames]);

    public static TheoryData<string> ContinuousKinds => new([.. UnitCases.Names.Except(UnitCases.DiscreteNames).Where(kind => !IsComposite(kind))]);

    public static TheoryData<string> CompositeKinds => new([.. UnitCases.Names.Where(IsComposite)]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Derivatives_of_the_cumulant_generator_are_the_mean_and_the_variance(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var inputs = Make.Normal(3, 2, 6, Size).requires_grad_();

        var first = torch.autograd.grad([units.CumulantGenerator(inputs).sum()], [inputs], retain_graph: true, create_graph: true)[0];
        first.ShouldBeNear(units.Mean(inputs), 1e-12);

        var second = Enumerable.Range(0, Size).Select(i => torch.autograd.grad([first.narrow(1, i, 1).sum()], [inputs], retain_graph: true)[0].narrow(1, i, 1));
        torch.cat([.. second], 1).ShouldBeNear(units.Variance(inputs), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_the_sum_of_its_terms(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, Size);
        var inputs = Make.Normal(3, 2, 6, Size);
        units.CumulantTerms(inputs).sum(1).ShouldBeNear(units.CumulantGenerator(inputs), 1e-12);
    }

    [Theory]
    [MemberData(nameof(DiscreteKinds))]
    public void The_cumulant_generator_is_the_sum_over_the_states(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, 3);
        var inputs = Make.Normal(13, 2, 1, 3);
        var states = Enumeration.States(units);

        var exponents = (states * inputs).sum(1) - units.Energy(states);
        units.CumulantGenerator(inputs).ShouldBeNear([Enumeration.LogSumExp(Enumeration.Read(exponents))], 1e-12);
    }

    [Theory]
    [MemberData(nameof(ContinuousKinds))]
    public void The_cumulant_generator_of_reals_is_the_integral_over_their_states(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units(kind, 1);
        const double Width = 0.001;
        // The middles of small intervals, of which none holds both states and other numbers.
        var line = torch.arange(-30 + (0.5 * Width), 30, Width, ScalarType.Float64).unsqueeze(1);
        var grid = units.Support.Fault(torch.full(1, 1, -1, ScalarType.Float64)) is null ? line : line.narrow(0, 30_000, 30_000);
        foreach (var input in new[] { -1.5, 0, 0.8 })
        {
            var inputs = torch.full(1, 1, input, ScalarType.Float64);
            var integral = Enumeration.Read(((grid * inputs).sum(1) - units.Energy(grid)).exp()).Sum() * Width;
            units.CumulantGenerator(inputs).ShouldBeNear([Math.Log(integral)], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(CompositeKinds))]
    public void The_cumulant_generator_of_a_composite_is_the_sum_over_its_parts(string kind)
    {
        using var scope = torch.NewDisposeScope();
        using var units = (CompositeUnits)Make.Units(kind, 5);
        var inputs = Make.Normal(14, 2, 3, 5);
        var start = 0L;
        var expected = torch.zeros(3, ScalarType.Float64);
        foreach (var part in units.Parts)
        {
            expected += part.CumulantGenerator(inputs.narrow(1, start, part.Size));
            start += part.Size;
        }

        units.CumulantGenerator(inputs).ShouldBeNear(expected, 1e-12);
    }

    private static bool IsComposite(string kind)
    {
        using var units = Make.NewUnits(kind, Size);
        return units is CompositeUnits;
    }
}
