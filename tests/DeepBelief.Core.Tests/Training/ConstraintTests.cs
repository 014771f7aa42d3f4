using DeepBelief.Sampling;
using System.Globalization;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>The L1 penalty, and the bounds on gradients and weights.</summary>
public sealed class ConstraintTests
{
    private static readonly TrainingOptions Plain = new() { Optimizer = new SgdSettings { Momentum = 0, WeightDecay = 0 } };

    [Fact]
    public void The_penalty_moves_weights_towards_zero_by_the_same_step_and_leaves_biases_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var weight = new Parameter(torch.tensor(new[,] { { 2.0, -0.5, 0 }, { 1, -1, 3 } }));
        using var bias = new Parameter(torch.tensor(new[] { 4.0, -4 }));
        Update([weight, bias], Plain with { L1Penalty = 0.25 }, [torch.zeros(2, 3, ScalarType.Float64), torch.zeros(2, ScalarType.Float64)], rate: 0.5);
        weight.ShouldBeNear([1.875, -0.375, 0, 0.875, -0.875, 2.875], 1e-15);
        bias.ShouldBeNear([4, -4], 0);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_gradient_that_is_too_long_keeps_its_direction_over_all_parameters_and_a_short_one_stays(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var weight = new Parameter(torch.zeros(1, 2, type));
        using var bias = new Parameter(torch.zeros(1, type));
        using var unused = new Parameter(torch.ones(3, type));
        // |(2, -6, 9)| = 11.
        Tensor?[] gradients = [torch.tensor(new[,] { { 2.0, -6 } }).to(type), torch.tensor(new[] { 9.0 }).to(type), null];
        Update([weight, bias, unused], Plain with { MaxGradientNorm = 5.5 }, gradients);
        weight.ShouldBeNear([-1, 3], 1e-6);
        bias.ShouldBeNear([-4.5], 1e-6);
        Update([weight, bias, unused], Plain with { MaxGradientNorm = 11.01 }, gradients);
        weight.ShouldBeNear([-3, 9], 1e-6);
        bias.ShouldBeNear([-13.5], 1e-6);
        // A gradient of zero stays one, and no NaN comes of it.
        Update([weight, bias, unused], Plain with { MaxGradientNorm = 1 }, [torch.zeros(1, 2, type), torch.zeros(1, type), null]);
        weight.ShouldBeNear([-3, 9], 1e-6);
        unused.ShouldBeNear([1, 1, 1], 0);
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Gradients_are_clipped_as_pytorch_clips_them()
    {
        using var scope = torch.NewDisposeScope();
        var printed = Python.Run("""
            w = torch.nn.Parameter(torch.arange(35.).reshape(5, 7).div(10).sin())
            b = torch.nn.Parameter(torch.zeros(5))
            w.grad, b.grad = torch.arange(35.).reshape(5, 7).cos(), torch.arange(5.).sin()
            torch.nn.utils.clip_grad_norm_([w, b], 0.75)
            torch.optim.SGD([w, b], lr=1).step()
            print(' '.join(f'{x:.9g}' for x in w.flatten().tolist() + b.tolist()))
            """);
        using var w = new Parameter(torch.arange(35, ScalarType.Float32).reshape(5, 7).div(10).sin());
        using var b = new Parameter(torch.zeros(5));
        Update([w, b], Plain with { MaxGradientNorm = 0.75 }, [torch.arange(35, ScalarType.Float32).reshape(5, 7).cos(), torch.arange(5, ScalarType.Float32).sin()]);
        torch.cat([w.reshape(35), b]).ShouldBeNear([.. printed.Split(' ').Select(x => double.Parse(x, CultureInfo.InvariantCulture))], 1e-6);
    }

    [Fact]
    public void Rows_that_are_too_long_are_scaled_back_and_others_and_biases_stay()
    {
        using var scope = torch.NewDisposeScope();
        using var weight = new Parameter(torch.tensor(new[,] { { 3.0, 4 }, { 0.6, -0.8 }, { 0, 0 }, { -30, 40 } }));
        using var bias = new Parameter(torch.tensor(new[] { 9.0, 9, 9, 9 }));
        using var crosswise = new Parameter(torch.tensor(new[,] { { 3.0, 0 }, { 4, 1 } }).t());
        using var kernels = new Parameter(torch.tensor(new[] { 3.0, 0, 0, 4, 1, 0, 0, 0 }).reshape(2, 2, 2).transpose(1, 2));
        Parameter[] parameters = [weight, bias, crosswise, kernels];
        Update(parameters, Plain with { MaxWeightNorm = 2 }, [.. parameters.Select(p => torch.zeros_like(p))]);
        weight.ShouldBeNear([1.2, 1.6, 0.6, -0.8, 0, 0, -1.2, 1.6], 1e-15);
        bias.ShouldBeNear([9, 9, 9, 9], 0);
        crosswise.ShouldBeNear([1.2, 1.6, 0, 1], 1e-15);
        kernels.ShouldBeNear([1.2, 0, 0, 1.6, 1, 0, 0, 0], 1e-15);
    }

    [Fact]
    public void The_bound_on_weights_holds_for_machines_and_classifiers_in_every_epoch()
    {
        using var scope = torch.NewDisposeScope();
        var data = Make.Bits(1, 100, 12).to(ScalarType.Float32);
        var labels = data.select(1, 0).to(ScalarType.Int64);
        using var dbn = Dbn.Bernoulli(12, 8, 6);
        _ = dbn.Fit(data, new() { Epochs = 5, BatchSize = 10, LearningRate = 0.5, MaxWeightNorm = 0.1, NegativePhase = new ContrastiveDivergence(), Centering = null, Averaging = 0 });
        dbn.Layers.Select(layer => Longest(layer.Weight)).Should().OnlyContain(norm => norm > 0.099 && norm < 0.1000001);
        using var net = dbn.ToClassifier(2);
        _ = net.FitClassifier(data, labels, new() { Epochs = 5, LearningRate = 0.1, MaxWeightNorm = 0.75 });
        net.parameters().Where(p => p.dim() == 2).Select(Longest).Should().OnlyContain(norm => norm < 0.750001);
        net.parameters().Where(p => p.dim() == 2).Max(Longest).Should().BeGreaterThan(0.74);

        static double Longest(Parameter weight) => weight.detach().square().sum(1).sqrt().max().ToDouble();
    }

    [Fact]
    public void The_learning_rate_and_the_momentum_of_the_optimizer_follow_their_schedules()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingModel();
        // Bounds that never bind: the arithmetic of the same test without them.
        _ = model.Fit(torch.zeros(5, 1), new()
        {
            Epochs = 3,
            BatchSize = 5,
            LearningRate = Schedule.Linear(1, 0.5),
            Optimizer = new SgdSettings { Momentum = Schedule.Switch(0, 3, 0.5) },
            MaxGradientNorm = 100,
        });
        model.W.Should().BeApproximately(1 + 0.75 + (0.5 * 1.5), 1e-6);
    }

    private static void Update(IReadOnlyList<Parameter> parameters, TrainingOptions options, IReadOnlyList<Tensor?> gradients, double rate = 1)
    {
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
            parameter.grad = gradient?.clone();
        using var optimizer = options.Optimizer.Create(parameters);
        optimizer.LearningRate = rate;
        optimizer.BeginEpoch(1, 1);
        foreach (var change in options.GradientChanges(parameters))
            change.Apply();
        optimizer.Step();
        options.Constraint(parameters)?.Apply();
    }
}
