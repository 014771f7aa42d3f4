using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Units;

public sealed class ReluUnitTests
{
    [Theory]
    [InlineData("sample", 7)]
    [InlineData("mean", 7)]
    [InlineData("variance", 7)]
    [InlineData("cumulant", 6)]
    [InlineData("gradient", 7)]
    [InlineData("recorded mean", 14)]
    [InlineData("recorded cumulant", 16)]
    public void Memory_is_a_small_multiple_of_the_inputs(string operation, double multiple)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads the process's peak from /proc.");
        using var grad = operation.StartsWith("recorded", StringComparison.Ordinal) ? torch.enable_grad() : torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        using var units = new ReluUnits(1000);
        var inputs = torch.randn(8000, 1000, generator: generator);
        var means = units.Mean(inputs.narrow(0, 0, 1)).detach().expand_as(inputs);
        var megabytes = inputs.numel() * 4 / 1e6;
        Compute(inputs.narrow(0, 0, 200)); // what torch keeps from its first use on

        var peak = new PeakMemory();
        Compute(inputs);
        peak.Rise.Should().BeLessThan(multiple * megabytes, "there were a hundred temporaries of {0} MB", megabytes);

        void Compute(Tensor of)
        {
            using var inner = torch.NewDisposeScope();
            _ = operation switch
            {
                "sample" => units.Sample(of, generator),
                "mean" or "recorded mean" => units.Mean(of),
                "variance" => units.Variance(of),
                "cumulant" or "recorded cumulant" => units.CumulantGenerator(of),
                _ => null,
            };
            if (operation == "gradient")
                units.AccumulateCumulantGradient(of, means.narrow(0, 0, of.shape[0]), 1);
        }
    }

    [Fact]
    public void Blocks_change_no_value()
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units("relu", 700);
        var inputs = Make.Normal(2, 3, 300, 700);
        using (torch.no_grad())
        {
            foreach (var map in new Func<Tensor, Tensor>[] { units.Mean, units.Variance, units.CumulantGenerator })
                map(inputs).ShouldBeNear(torch.cat([.. inputs.split(10).Select(map)]), 1e-12);
        }

        using var one = new Generator(3);
        using var two = new Generator(3);
        // The whole layer in one draw, as one block each and as transposed memory.
        units.Sample(inputs, one).ShouldBeNear(units.Sample(inputs.t().contiguous().t(), two), 0);
    }

    [Fact]
    public void Autograd_reaches_the_third_derivative_of_the_log_normaliser()
    {
        using var scope = torch.NewDisposeScope();
        using var units = Make.Units("relu", 4);
        var inputs = Make.Normal(3, 3, 50, 4).requires_grad_();

        var mean = torch.autograd.grad([units.CumulantGenerator(inputs).sum()], [inputs], retain_graph: true, create_graph: true)[0];
        var variance = torch.autograd.grad([mean.sum()], [inputs], retain_graph: true, create_graph: true)[0];
        var third = torch.autograd.grad([variance.sum()], [inputs])[0];
        var ofVariance = torch.autograd.grad([units.Variance(inputs).sum()], [inputs])[0];

        mean.ShouldBeNear(units.Mean(inputs), 1e-12);
        variance.ShouldBeNear(units.Variance(inputs), 1e-12);
        const double Step = 1e-5;
        var difference = (units.Variance(inputs + Step) - units.Variance(inputs - Step)) / (2 * Step);
        third.ShouldBeNear(difference, 1e-8);
        ofVariance.ShouldBeNear(third, 1e-12);
    }

    [Theory]
    [InlineData(5.0, 0.0, 0.001)]
    [InlineData(5.0, 0.05, 0.001)]
    [InlineData(0.02, 0.0, 0.001)]
    [InlineData(300.0, 1.0, 0.001)]
    [InlineData(5.0, 0.0, null)]
    [InlineData(5.0, 0.05, null)]
    [InlineData(0.02, 0.0, null)]
    [InlineData(300.0, 1.0, null)]
    public void Nearly_constant_columns_train(double mean, double deviation, double? rate)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        var data = (torch.randn(500, 3, generator: generator) * deviation) + mean;
        var units = new ReluUnits(3);
        using var rbm = new Rbm(units, new BernoulliUnits(4), seed: 1);

        _ = rbm.Fit(data, new() { Epochs = 300, LearningRate = rate is { } constant ? constant : null });

        rbm.VisibleMean(rbm.Transform(data)).mean().ToDouble().Should().BeApproximately(mean, 0.05 * mean);
        // By default, the deviation is learned, too.
        if (rate is null && deviation > 0)
            units.LogVariance.exp().sqrt().mean().ToDouble().Should().BeApproximately(deviation, 0.2 * deviation);
    }
}
