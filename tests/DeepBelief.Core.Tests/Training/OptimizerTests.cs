using System.Globalization;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

public sealed class OptimizerTests
{
    public static TheoryData<OptimizerSettings> All => new(
        new SgdSettings { Momentum = 0, WeightDecay = 0 },
        new SgdSettings { Momentum = 0.9, WeightDecay = 0.1 },
        new AdamSettings(),
        new AdamSettings { Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-3, WeightDecay = 0.1 },
        new TorchOptimizerSettings(p => torch.optim.SGD(p, 1, momentum: 0.9)),
        new TorchOptimizerSettings(p => torch.optim.Adam(p, 1)));

    [Theory]
    [MemberData(nameof(All))]
    public void Floats_doubles_and_other_layouts_are_updated_alike(OptimizerSettings settings)
    {
        using var scope = torch.NewDisposeScope();
        var exact = Train(settings, ScalarType.Float64, crosswise: false);
        Train(settings, ScalarType.Float32, crosswise: false).ShouldBeNear(exact, 1e-5);
        Train(settings, ScalarType.Float32, crosswise: true).ShouldBeNear(exact, 1e-5);
    }

    [SkippableFact]
    [Trait("Category", "Slow")]
    public void Sgd_and_adam_compute_what_pytorchs_do()
    {
        using var scope = torch.NewDisposeScope();
        Expect("torch.optim.SGD([w], lr=0.05, momentum=0.9, weight_decay=0.1)", new SgdSettings { Momentum = 0.9, WeightDecay = 0.1 });
        Expect("torch.optim.SGD([w], lr=0.05)", new SgdSettings { Momentum = 0, WeightDecay = 0 });
        Expect("torch.optim.Adam([w], lr=0.05)", new AdamSettings());
        Expect("torch.optim.Adam([w], lr=0.05, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.1)", new AdamSettings { Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-3, WeightDecay = 0.1 });

        static void Expect(string python, OptimizerSettings settings)
        {
            var printed = Python.Run($"""
                w = torch.nn.Parameter(torch.arange(35.).reshape(5, 7).div(10).sin())
                optimizer = {python}
                for step in range(1, 8):
                    w.grad = (torch.arange(35.).reshape(5, 7) * step).cos()
                    optimizer.step()
                print(' '.join(f'{"{x:.9g}"}' for x in w.flatten().tolist()))
                """);
            var expected = printed.Split(' ').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            Train(settings, ScalarType.Float32, crosswise: false).ShouldBeNear(expected, 2e-6);
        }
    }

    [Fact]
    public void An_optimizer_of_torch_follows_the_schedule_and_trains_a_model()
    {
        using var scope = torch.NewDisposeScope();
        using var one = Rbm.Bernoulli(6, 4, seed: 2);
        using var other = Rbm.Bernoulli(6, 4, seed: 2);
        var data = Make.Bits(1, 40, 6).to(ScalarType.Float32);
        var options = new TrainingOptions { Epochs = 3, BatchSize = 10, LearningRate = Schedule.Linear(0.1, 0.01) };
        _ = one.Fit(data, options with { Optimizer = new TorchOptimizerSettings(p => torch.optim.SGD(p, 5, momentum: 0.5)) });
        _ = other.Fit(data, options with { Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 } });
        one.Weight.detach().ShouldBeNear(other.Weight.detach(), 1e-6);
        var none = () => one.Fit(data, new() { Optimizer = new TorchOptimizerSettings(null!) });
        none.Should().Throw<ArgumentNullException>();
    }

    private static Tensor Train(OptimizerSettings settings, ScalarType type, bool crosswise)
    {
        // A size that is no multiple of the kernels' sixteen.
        var start = torch.arange(35, type).reshape(5, 7).div(10).sin();
        using var parameter = new Parameter(crosswise ? start.t().contiguous().t() : start.clone());
        using var noGrad = torch.no_grad();
        using var optimizer = settings.Create([parameter]);
        optimizer.LearningRate = 0.05;
        optimizer.BeginEpoch(1, 1);
        for (var step = 1; step <= 7; step++)
        {
            parameter.grad = (torch.arange(35, type).reshape(5, 7) * step).cos();
            optimizer.Step();
        }

        return parameter.detach().to(ScalarType.Float64).contiguous().reshape(35).clone();
    }
}
