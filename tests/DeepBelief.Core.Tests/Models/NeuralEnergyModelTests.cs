using DeepBelief.Files;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using static TorchSharp.torch.nn;

namespace DeepBelief.Tests.Models;

/// <summary>Models of networks; densities on the plane that they learn are tested along with the sample.</summary>
public sealed class NeuralEnergyModelTests
{
    [Fact]
    public void The_free_energy_is_what_the_network_says()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Model(2);
        var rows = Make.Normal(1, 1, 5, 2).to(ScalarType.Float32);
        var state = model.state_dict();
        state.Keys.Should().Equal("energy.0.weight", "energy.0.bias", "energy.2.weight", "energy.2.bias");

        var hidden = (rows.mm(state["energy.0.weight"].t()) + state["energy.0.bias"]).tanh();
        var expected = hidden.mm(state["energy.2.weight"].t()) + state["energy.2.bias"];
        model.FreeEnergy(rows).ShouldBeNear(expected.squeeze(1), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void The_gradient_is_that_of_both_phases_and_the_penalty(double penalty)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Model(2, penalty: penalty);
        var (data, chains) = (Make.Normal(2, 1, 7, 2).to(ScalarType.Float32), Make.Normal(3, 1, 4, 2).to(ScalarType.Float32));

        var (ofData, ofChains) = (model.FreeEnergy(data), model.FreeEnergy(chains));
        (ofData.mean() - ofChains.mean() + (penalty * (ofData.square().mean() + ofChains.square().mean()))).backward();
        var expected = model.parameters().Select(p => p.grad!.clone()).ToArray();
        foreach (var parameter in model.parameters())
            parameter.grad = null;
        using (torch.no_grad())
            model.AccumulateGradient(data, chains);

        foreach (var (parameter, gradient) in model.parameters().Zip(expected))
            parameter.grad!.ShouldBeNear(gradient, 1e-6);
    }

    [Fact]
    public void A_transition_is_a_run_of_its_langevin_dynamics()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Model(2, new() { StepSize = 0.3, Steps = 4 });
        var start = Make.Normal(4, 1, 6, 2).to(ScalarType.Float32);
        var clamped = torch.tensor(new[] { true, false }).unsqueeze(0);
        using var first = new Generator(5);
        using var second = new Generator(5);

        Near.SameBits(model.Transition(start, first), model.Langevin.Run(model.FreeEnergy, start, second)).Should().BeTrue();
        var held = model.ClampedTransition(start, clamped, first);
        Near.SameBits(held, model.Langevin.Run(model.FreeEnergy, start, second, clamped)).Should().BeTrue();
        Near.SameBits(held.select(1, 0), start.select(1, 0)).Should().BeTrue();
        held.select(1, 1).ne(start.select(1, 1)).any().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Its_state_goes_through_a_file()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Model(3);
        using var other = Model(3, seed: 9);
        var rows = Make.Normal(7, 1, 4, 3).to(ScalarType.Float32);
        Near.SameBits(other.FreeEnergy(rows), model.FreeEnergy(rows)).Should().BeFalse();

        PtFile.Save(folder.File("model.pt"), model.state_dict());
        other.LoadStateDict(folder.File("model.pt"));

        Near.SameBits(other.FreeEnergy(rows), model.FreeEnergy(rows)).Should().BeTrue();
    }

    [Fact]
    public void A_run_with_other_chains_is_another_run()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var data = Make.Normal(8, 1, 20, 2).to(ScalarType.Float32);
        var options = new TrainingOptions { Epochs = 2, LearningRate = 0.001, Checkpoint = new() { Path = folder.File("run") } };
        using var first = Model(2);
        _ = first.Fit(data, options);

        using var other = Model(2, new() { StepSize = 0.02 });
        var fit = () => other.Fit(data, options);

        fit.Should().Throw<CheckpointMismatchException>().WithMessage("*0.01*0.02*");
    }

    [Fact]
    public void Networks_that_do_not_give_one_energy_a_row_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        Refused(() => new(Linear(2, 2), 2), "energy", "*[2] or [2, 1] for [2, 2], found [2, 2].*");
        Refused(() => new(Linear(3, 1), 2), "energy", "Expected a network that accepts [2, 2]:*");
        Refused(() => new(Linear(2, 1), 0), "visible", "*");
        Refused(() => new(Linear(2, 1), 2, new() { Steps = 0 }), "Steps", "*");
        Refused(() => new(Linear(2, 1), 2, energyPenalty: -1), "energyPenalty", "*");

        static void Refused(Func<NeuralEnergyModel> make, string name, string message)
            => make.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
    }

    private static NeuralEnergyModel Model(long visible, Langevin? langevin = null, double penalty = 0, long seed = 8)
    {
        var network = Sequential(("0", Linear(visible, 32)), ("1", Tanh()), ("2", Linear(32, 1)));
        Make.Randomise(network, seed, 0.5);
        return new NeuralEnergyModel(network, visible, langevin, penalty);
    }
}
