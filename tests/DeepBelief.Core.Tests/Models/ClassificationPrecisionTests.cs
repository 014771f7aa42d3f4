using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

/// <summary>Hundreds of hidden units sum to hundreds of nats, of which a few set the classes apart: float32 keeps the digits of these.</summary>
public sealed class ClassificationPrecisionTests
{
    // Ten rounding errors of the largest log probability, a few tens of nats.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(500)]
    [InlineData(2000)]
    public void Probabilities_of_classes_are_as_exact_as_float32_is(int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, rows) = Twins(hidden);
        var expected = exact.forward(rows).detach();
        (expected.min().ToDouble(), exact.FreeEnergy(rows).abs().min().ToDouble()).Should().Match<(double Least, double Sum)>(of => of.Least < -5 && of.Sum > 300, "classes differ, by little of the sums");

        var single = rows.to(ScalarType.Float32);
        model.forward(single).detach().ShouldBeNear(expected, Tolerance);
        using var noGrad = torch.no_grad();
        model.forward(single).ShouldBeNear(expected, Tolerance);
        model.PredictProbabilities(single).ShouldBeNear(expected.exp(), Tolerance);
        // Of the whole sum, float32 has seven digits.
        model.FreeEnergy(single).ShouldBeNear(exact.FreeEnergy(rows), 3e-7 * exact.FreeEnergy(rows).abs().max().ToDouble());
    }

    [Theory]
    [InlineData("spin")]
    [InlineData("relu")]
    [InlineData("gaussian")]
    [InlineData("binomial")]
    [InlineData("softmax")]
    public void So_are_those_of_other_hidden_units(string kind)
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, rows) = Twins(() => Make.NewUnits(kind, 480));
        var expected = exact.forward(rows).detach();
        var single = rows.to(ScalarType.Float32);
        // Units of three trials, or of squares, have terms as many times larger.
        model.forward(single).detach().ShouldBeNear(expected, 3 * Tolerance);
        using var noGrad = torch.no_grad();
        model.forward(single).ShouldBeNear(expected, 3 * Tolerance);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2000)]
    public void The_gradient_is_that_of_float64(int hidden)
    {
        using var scope = torch.NewDisposeScope();
        var (model, exact, rows) = Twins(hidden);
        var labels = torch.arange(rows.shape[0]).remainder(10);
        exact.AccumulateGradient(rows, labels, 1);
        var inClosedForm = Gradient(() => model.AccumulateGradient(rows.to(ScalarType.Float32), labels, 1));
        var byAutograd = Gradient(() => model.forward(rows.to(ScalarType.Float32)).gather(1, labels.unsqueeze(1)).mean().neg().backward());

        foreach (var (i, parameter) in exact.parameters().Index())
        {
            if (parameter.grad is not { } expected)
                continue;
            var tolerance = 1e-5 * expected.abs().max().ToDouble();
            inClosedForm[i]!.ShouldBeNear(expected, tolerance);
            byAutograd[i]!.ShouldBeNear(expected, tolerance);
        }

        Tensor?[] Gradient(Action accumulate)
        {
            foreach (var parameter in model.parameters())
                parameter.grad = null;
            accumulate();
            return [.. model.parameters().Select(parameter => parameter.grad?.clone())];
        }
    }

    [Fact]
    public void So_are_those_of_a_machine_on_other_layers()
    {
        using var scope = torch.NewDisposeScope();
        var (top, exactTop, _) = Twins(2000, visible: 40);
        using var below = Rbm.Bernoulli(20, 40, WeightInitialization.Normal(0.3), seed: 4);
        using var exactBelow = Rbm.Bernoulli(20, 40, WeightInitialization.Normal(0.3), seed: 4, dtype: ScalarType.Float64);
        var (dbn, exact) = (new ClassificationDbn([below], top), new ClassificationDbn([exactBelow], exactTop));
        var rows = Make.Bits(6, 50, 20);
        var expected = exact.forward(rows).detach();
        using var noGrad = torch.no_grad();
        dbn.forward(rows.to(ScalarType.Float32)).ShouldBeNear(expected, Tolerance);
        using var untied = dbn.Untie();
        untied.forward(rows.to(ScalarType.Float32)).ShouldBeNear(expected, Tolerance);
    }

    private static (ClassificationRbm Model, ClassificationRbm Exact, Tensor Rows) Twins(int hidden, int visible = 784)
        => Twins(() => new BernoulliUnits(hidden), visible);

    /// <summary>A model in float32, the same one in float64, and rows in float64.</summary>
    private static (ClassificationRbm Model, ClassificationRbm Exact, Tensor Rows) Twins(Func<UnitLayer> hidden, int visible = 784)
    {
        var (model, exact) = (Create(), Create());
        Make.Randomise(model, 5, 0.05);
        using (torch.no_grad())
        {
            // As far apart as classes are after training.
            _ = model.Joint.Weight.narrow(1, visible, 10).mul_(4);
            _ = exact.to(ScalarType.Float64);
            foreach (var (to, from) in exact.parameters().Zip(model.parameters()))
                _ = to.copy_(from);
        }

        return (model, exact, Make.Bits(7, 100, visible));

        ClassificationRbm Create() => new(new Rbm(new CompositeUnits(new BernoulliUnits(visible), new SoftmaxUnits(1, 10)), hidden()));
    }
}
