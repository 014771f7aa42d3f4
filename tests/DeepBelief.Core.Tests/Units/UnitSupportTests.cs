using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

/// <summary>Supports that users make for units and models of their own.</summary>
public sealed class UnitSupportTests
{
    [Fact]
    public void An_interval_takes_its_numbers_and_the_rounding_of_its_ends()
    {
        using var scope = torch.NewDisposeScope();
        var hours = UnitSupport.Interval("hour", 0, 24);
        hours.ToString().Should().Be("hour");
        Fault(hours, 0, 24).Should().BeNull();
        Fault(hours, 24.0002, -0.0002).Should().BeNull("it is within 1e-5 of the length");
        Fault(hours, 1, 24.001).Should().Be("Expected values in [0, 24] for hour units, found values in [1, 24.001]. Scale the data first.");
        Fault(UnitSupport.Interval("loss", double.NegativeInfinity, 0), -1e9, 1).Should().Contain("[-Infinity, 0] for loss units").And.Contain("1]");
        hours.StateFault(Row(0.3, 7)).Should().BeNull("without steps every number is a state");
    }

    [Fact]
    public void An_interval_of_steps_takes_means_as_data_and_steps_as_states()
    {
        using var scope = torch.NewDisposeScope();
        var ratings = UnitSupport.Interval("rating", 1, 5, step: 0.5);
        Fault(ratings, 1.2, 4.9).Should().BeNull();
        ratings.StateFault(Row(1.5, 5)).Should().BeNull();
        ratings.StateFault(Row(1.5, 1.7)).Should().Be("Expected states of rating units, 1, 1.5, ..., 5, found values in between, such as 1.7.");
        var counts = UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1);
        Fault(counts, 0, 1e6).Should().BeNull();
        Fault(counts, -1, 3).Should().Contain("of 0 or more for count units");
        counts.StateFault(Row(2.5, 3)).Should().Be("Expected states of count units, 0, 1, ..., found values in between, such as 2.5.");
    }

    [Fact]
    public void One_of_many_takes_groups_that_sum_to_one()
    {
        using var scope = torch.NewDisposeScope();
        var colours = UnitSupport.OneOf(3);
        colours.StateFault(torch.tensor(new[,] { { 0.0, 1, 0, 1, 0, 0 } })).Should().BeNull();
        colours.Fault(torch.tensor(new[,] { { 0.5, 0.5, 0, 1, 0, 0 } })).Should().BeNull();
        colours.StateFault(torch.tensor(new[,] { { 0.5, 0.5, 0, 1, 0, 0 } })).Should().Contain("zeros and ones");
        colours.Fault(torch.tensor(new[,] { { 0.0, 1, 1, 1, 0, 0 } })).Should().Contain("group of 3 categories to sum to 1");
    }

    [Fact]
    public void A_composite_is_its_parts_side_by_side()
    {
        using var scope = torch.NewDisposeScope();
        var support = UnitSupport.Composite((UnitSupport.Binary, 1), (UnitSupport.OneOf(2), 2), (UnitSupport.Interval("count", 0, double.PositiveInfinity, step: 1), 1));
        support.StateFault(Row(1, 0, 1, 7)).Should().BeNull();
        Fault(support, 0.5, 0.4, 0.6, 2.5).Should().BeNull();
        Fault(support, 1, 0, 1, -1).Should().StartWith("Columns 3 to 3: Expected values of 0 or more");
        support.StateFault(Row(0.5, 0, 1, 2.5)).Should().Contain("Columns 0 to 0: Expected rows of zeros and ones").And.Contain("Columns 3 to 3: Expected states of count units").And.NotContain("Columns 1");
        var nested = UnitSupport.Composite((UnitSupport.Real, 1), (support, 4));
        nested.StateFault(Row(-0.5, 1, 1, 0, 3)).Should().BeNull();

        foreach (var (parts, message) in new ((UnitSupport, long)[], string)[]
        {
            ([], "*at least one part, found none*"),
            ([(UnitSupport.Binary, 0)], "*1 or more*"),
            ([(UnitSupport.OneOf(3), 4)], "*fits OneOfMany, found 4*"),
            ([(support, 5)], "*fits Mixed, found 5*"),
            ([(null!, 1)], "*null*"),
        })
        {
            var create = () => UnitSupport.Composite(parts);
            create.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(nameof(parts));
        }
    }

    [Fact]
    public void A_model_of_steps_is_summed_over_them()
    {
        using var scope = torch.NewDisposeScope();
        // p(v) ∝ exp(b v), v in -1, -0.5, ..., 1, for three units that don't know of each other.
        using var model = new Ramp();
        var exact = 3 * Math.Log(Enumerable.Range(0, 5).Sum(i => Math.Exp(0.7 * ((0.5 * i) - 1))));
        DeepBelief.Evaluation.ExactEnumeration.LogPartition(model).Should().BeApproximately(exact, 1e-6);
        var fit = () => model.Fit(torch.full(2, 3, 1.5f), new() { Epochs = 1 });
        fit.Should().Throw<ArgumentException>().WithMessage("*in [-1, 1] for ramp units*[1.5, 1.5]*").WithParameterName("data");
    }

    [Fact]
    public void Supports_that_cannot_be_are_refused()
    {
        Refused(() => UnitSupport.Interval("x", 1, 1), "most: expected more than least, 1, found 1.*");
        Refused(() => UnitSupport.Interval("x", double.NaN, 1), "most: *");
        Refused(() => UnitSupport.Interval("x", 0, 1, 0), "step: expected more than 0, found 0.*");
        Refused(() => UnitSupport.Interval("x", 0, 1, 0.3), "step: expected a whole fraction of the interval's length, 1, found 0.3.*");
        Refused(() => UnitSupport.Interval("x", double.NegativeInfinity, 1, 1), "least: expected a number*");
        Refused(() => UnitSupport.OneOf(0), "Expected 1 or more*");

        static void Refused(Func<UnitSupport> make, string message) => make.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    private static Tensor Row(params double[] values) => torch.tensor(values).unsqueeze(0);

    private static string? Fault(UnitSupport support, params double[] values) => support.Fault(Row(values));

    private sealed class Ramp : torch.nn.Module, IEnergyModel
    {
        private readonly Parameter slope = new(torch.full(1, 0.7f));

        public Ramp()
            : base(nameof(Ramp)) => RegisterComponents();

        public long VisibleSize => 3;

        public UnitSupport VisibleSupport { get; } = UnitSupport.Interval("ramp", -1, 1, step: 0.5);

        public Tensor FreeEnergy(Tensor visible) => -(visible * slope).sum(1);

        public Tensor Transition(Tensor visible, Generator? generator = null) => visible.clone();
    }
}
