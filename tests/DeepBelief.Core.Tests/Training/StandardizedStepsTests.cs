using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>An optimizer steps in units of the standard deviations; the model keeps its parameters.</summary>
public sealed class StandardizedStepsTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(5.0)]
    [InlineData(10_000.0)]
    public void A_column_that_never_changes_ends_no_run_and_leaves_the_others_alone(double value)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Normal(1, 1, 500, 3).to(ScalarType.Float32);
        _ = rows.select(1, 1).fill_(value);
        var units = new GaussianUnits(3);
        using var rbm = new Rbm(units, new BernoulliUnits(4), seed: 1);
        _ = rbm.Fit(rows, new() { Epochs = 60 });
        var deviations = Enumeration.Read(units.LogVariance.exp().sqrt());
        deviations[0].Should().BeApproximately(1, 0.2);
        deviations[2].Should().BeApproximately(1, 0.2);
        deviations[1].Should().BeInRange(1e-6, 0.2);
        Enumeration.Read(rbm.VisibleMean(rbm.Transform(rows)).mean([0L]))[1].Should().BeApproximately(value, 0.01 + (1e-4 * value));
    }

    [Theory]
    [InlineData("weight")]
    [InlineData("visible.bias")]
    [InlineData("visible.log_variance")]
    [InlineData("hidden.bias")]
    [InlineData("hidden.log_variance")]
    public void Frozen_parameters_of_real_valued_units_keep_every_bit(string frozen)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Model();
        var parameter = rbm.named_parameters().Single(p => p.name == frozen).parameter;
        parameter.requires_grad = false;
        var before = parameter.clone();
        var others = rbm.named_parameters().Where(p => p.name != frozen).Select(p => (p.parameter, Before: p.parameter.detach().clone())).ToList();
        // Many steps with deviations that change, so that a number there and back is rounded in some of them.
        _ = rbm.Fit(Data(), new() { Epochs = 5, LearningRate = 1e-3 });
        Near.SameBits(parameter, before).Should().BeTrue();
        others.Should().OnlyContain(other => !Near.SameBits(other.parameter.detach(), other.Before));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_optimizer_that_throws_leaves_parameters_in_their_own_units(int step)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Model();
        var optimizer = new FailingSettings(step);
        var fit = () => rbm.Fit(Data(), new() { Epochs = 1, LearningRate = 1e-12, Optimizer = optimizer, InitializeFromData = false });
        var before = rbm.parameters().Select(parameter => parameter.detach().clone()).ToList();

        fit.Should().Throw<InvalidOperationException>().WithMessage("half way");
        // Standard deviations are 3 and 5, and the steps too small to see.
        foreach (var (parameter, old) in rbm.parameters().Zip(before))
            parameter.detach().ShouldBeNear(old, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_matrices_of_one_step_are_both_scaled_or_left_to_be_scaled(bool isAdam)
    {
        using var scope = torch.NewDisposeScope();
        var (a, b, factors) = (Weight(1), Weight(2), torch.tensor(new[] { 0.5f, 2f, 4f }));
        using GradientOptimizer optimizer = isAdam ? new AdamSettings().Create([a, b]) : new SgdSettings().Create([a, b]);
        using GradientOptimizer plain = isAdam ? new AdamSettings().Create([b]) : new SgdSettings().Create([b]);
        optimizer.LearningRate = 0.1;
        var before = b.detach().clone();

        optimizer.ScaleNextStep(a, factors).Should().BeTrue();
        // Whoever is told no scales it alone, so the step must not.
        optimizer.ScaleNextStep(b, factors).Should().BeFalse();
        optimizer.Step();
        var unscaled = b.detach().clone();
        using (torch.no_grad())
            _ = b.copy_(before);
        plain.LearningRate = 0.1;
        plain.Step();
        Near.SameBits(b.detach(), unscaled).Should().BeTrue();
        optimizer.ScaleNextStep(b, factors).Should().BeTrue();

        static Parameter Weight(long seed)
        {
            var weight = new Parameter(Make.Normal(seed, 1, 4, 3).to(ScalarType.Float32));
            weight.grad = Make.Normal(seed + 5, 1, 4, 3).to(ScalarType.Float32);
            return weight;
        }
    }

    private static Rbm Model()
    {
        var rbm = new Rbm(new GaussianUnits(3), new ReluUnits(4));
        Make.Randomise(rbm, 5, 0.2);
        using var noGrad = torch.no_grad();
        _ = ((GaussianUnits)rbm.Visible).LogVariance.fill_(Math.Log(9));
        _ = ((ReluUnits)rbm.Hidden).LogVariance.fill_(Math.Log(25));
        return rbm;
    }

    private static Tensor Data() => Make.Normal(2, 1, 200, 3).to(ScalarType.Float32);

    /// <summary>An optimizer that fails in a step when it has changed one parameter.</summary>
    private sealed record FailingSettings(int At) : OptimizerSettings
    {
        public override void Validate()
        {
        }

        public override GradientOptimizer Create(IReadOnlyList<Parameter> parameters) => new Failing(parameters, At);
    }

    private sealed class Failing(IReadOnlyList<Parameter> parameters, int at) : GradientOptimizer(parameters)
    {
        private int step;

        public override IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

        public override void Step()
        {
            using var noGrad = torch.no_grad();
            foreach (var parameter in Parameters)
            {
                _ = parameter.sub_(parameter.grad! * LearningRate);
                if (step + 1 == at)
                    throw new InvalidOperationException("half way");
            }

            step++;
        }
    }
}
