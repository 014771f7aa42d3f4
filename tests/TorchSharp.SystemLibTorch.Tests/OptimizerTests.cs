using TorchSharp.Modules;
using static TorchSharp.Tests.Assertions;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class OptimizerTests
{
    public static TheoryData<string, Func<Parameter, Parameter, optim.Optimizer>, int, double[], double[]> Cases => new()
    {
        { "SGD", (a, b) => optim.SGD([a, b], 0.1), 5, [0.223654125, -1.323606838, -0.015487178], [0.441093429, 0.841093429] },
        { "SGD, weight decay", (a, b) => optim.SGD([a, b], 0.1, weight_decay: 0.05), 5, [0.208909, -1.295958017, -0.021283223], [0.439410758, 0.829510259] },
        { "SGD, momentum", (a, b) => optim.SGD([a, b], 0.1, momentum: 0.9), 5, [-0.55549865, -0.035244697, -0.189432026], [0.247043413, 0.647043413] },
        { "SGD, momentum, dampening, weight decay", (a, b) => optim.SGD([a, b], 0.1, momentum: 0.9, dampening: 0.3, weight_decay: 0.05), 5, [-0.514123579, -0.362174566, -0.348678923], [0.288153873, 0.667482493] },
        { "SGD, Nesterov, weight decay", (a, b) => optim.SGD([a, b], 0.1, momentum: 0.9, weight_decay: 0.05, nesterov: true), 5, [-0.572126349, 0.001480361, -0.171068176], [0.507169088, 0.874189175] },
        { "SGD, groups", (a, b) => optim.SGD([new SGD.ParamGroup([a], new SGD.Options { LearningRate = 0.05, momentum = 0.5 }), new SGD.ParamGroup { Parameters = [b] }], 0.1, momentum: 0.9), 5, [0.298396828, -1.376488912, -0.016586144], [0.619496584, 1.019496584] },
        { "Adam", (a, b) => optim.Adam([a, b], 0.1), 5, [0.511726327, -1.500398126, 0.026249057], [0.773962021, 1.173962021] },
        { "Adam, weight decay", (a, b) => optim.Adam([a, b], 0.05, 0.8, 0.95, 1e-6, 0.1), 5, [0.751636223, -1.751414796, 0.25363618], [0.548887115, 0.948741323] },
        { "Adam, AMSGrad", (a, b) => optim.Adam([a, b], 0.1, amsgrad: true), 8, [0.295766115, -1.196997035, -0.106126164], [0.81230017, 1.21230017] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_give_the_values_of_PyTorch(string name, Func<Parameter, Parameter, optim.Optimizer> make, int steps, double[] expectedA, double[] expectedB)
    {
        using var scope = NewDisposeScope();
        name.Should().NotBeEmpty();
        var (a, b) = Start();
        using var optimizer = make(a, b);
        for (var i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            Loss(a, b).backward();
            optimizer.step();
        }

        a.ShouldBe(expectedA);
        b.ShouldBe(expectedB);
        a.requires_grad.Should().BeTrue();
        a.is_leaf.Should().BeTrue();
    }

    [Fact]
    public void Rates_and_momentum_can_change_between_steps()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(Vector(1, -2));
        using var optimizer = optim.SGD([a], 0.1, momentum: 0.5);
        for (var i = 0; i < 4; i++)
        {
            optimizer.zero_grad();
            a.square().sum().backward();
            optimizer.step();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate *= 0.5;
                ((optim.IMomentum)group).Momentum = 0.9;
            }
        }

        a.ShouldBe(0.46035, -0.9207);
        optimizer.ParamGroups.Single().InitialLearningRate.Should().Be(0.1);
    }

    [Fact]
    public void A_closure_computes_the_loss_and_the_gradients()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Start();
        using var optimizer = optim.SGD([a, b], 0.1);
        for (var i = 0; i < 5; i++)
        {
            var loss = optimizer.step(() =>
            {
                optimizer.zero_grad();
                var value = Loss(a, b);
                value.backward();
                return value;
            });
            loss!.requires_grad.Should().BeTrue();
        }

        a.ShouldBe(0.223654125, -1.323606838, -0.015487178);
    }

    [Fact]
    public void Maximizing_goes_uphill()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(Vector(1, 2)) { grad = Vector(1, 1) };
        using (var sgd = optim.SGD([a], 0.5, maximize: true))
            sgd.step();
        a.ShouldBe(1.5, 2.5);
        using (var adam = optim.Adam([a], 0.5, maximize: true))
            adam.step();
        a.ShouldBe(2, 3);
    }

    [Fact]
    public void Parameters_without_gradients_stay()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Start();
        a.grad = Vector(1, 1, 1);
        using var optimizer = optim.Adam([a, b]);
        optimizer.step();
        b.ShouldBe(0.3, 0.7);
        a.ShouldBe(0.999, -2.001, 0.499);
        optimizer.parameters().Should().HaveCount(2);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Start();
        using var optimizer = optim.SGD([a, b], 0.1, momentum: 0.9);
        Loss(a, b).backward();
        optimizer.step();
        var before = scope.DisposablesCount;
        optimizer.step();
        optimizer.zero_grad();
        scope.DisposablesCount.Should().BeLessThanOrEqualTo(before);
    }

    [Fact]
    public void State_goes_from_one_optimizer_to_another()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Start();
        using var first = new Adam([a, b], 0.1);
        Run(first, a, b, 3);
        var (c, d) = (new Parameter(a.detach().clone()), new Parameter(b.detach().clone()));
        using var second = new Adam([c, d], 0.7);
        second.load_state_dict(first.state_dict());
        second.ParamGroups.Single().LearningRate.Should().Be(0.1);
        Run(first, a, b, 2);
        Run(second, c, d, 2);
        c.Equals(a).Should().BeTrue();
        a.ShouldBe(0.511726327, -1.500398126, 0.026249057);
        var state = (Adam.State)second.state_dict().State[0];
        state.step.Should().Be(5);
        state.ApproximatelyEquals(first.state_dict().State[0]).Should().BeTrue();
        using var other = new Adam([c], 0.1);
        FluentActions.Invoking(() => other.load_state_dict(first.state_dict())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Options_out_of_range_throw()
    {
        using var scope = NewDisposeScope();
        var (a, _) = Start();
        FluentActions.Invoking(() => optim.SGD([a], -1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => optim.SGD([a], 1, nesterov: true)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => optim.Adam([a], beta1: 1)).Should().Throw<ArgumentException>();
    }

    private static (Parameter A, Parameter B) Start() =>
        (new Parameter(Vector(1, -2, 0.5)), new Parameter(tensor(new[,] { { 0.3, 0.7 } })));

    private static Tensor Loss(Parameter a, Parameter b) =>
        (a.square() * Vector(1, 0.5, 2)).sum() + (b.sum() * a.sum()).sin();

    private static void Run(optim.Optimizer optimizer, Parameter a, Parameter b, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            Loss(a, b).backward();
            optimizer.step();
        }
    }
}
