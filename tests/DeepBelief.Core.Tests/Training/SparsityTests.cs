using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

public sealed class SparsityTests
{
    [Fact]
    public void Where_all_rows_are_the_same_the_gradient_is_that_of_the_cross_entropy()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("bernoulli", 6, "bernoulli", 4);
        var data = Make.Bits(1, 1, 6).repeat(5, 1);
        foreach (var parameter in rbm.parameters())
            parameter.grad = null;
        var q = rbm.HiddenMean(data).mean(new long[] { 0 });
        (0.3 * ((-0.05 * q.log()) - (0.95 * (1 - q).log())).sum()).backward();
        var (weight, bias) = (rbm.Weight.grad!.clone(), Bias(rbm).grad!.clone());

        foreach (var parameter in rbm.parameters())
            parameter.grad = torch.zeros_like(parameter);
        using var phases = new RbmPhases(rbm);
        var means = new DataMeans(phases);
        using var penalty = new SparsityPenalty(rbm, means, new() { Target = 0.05, Cost = 0.3, Decay = 0 }, rbm.HiddenMean(data).detach().mean(new long[] { 0 }));
        Apply(penalty, phases, means, data);
        rbm.Weight.grad!.ShouldBeNear(weight, 1e-14);
        Bias(rbm).grad!.ShouldBeNear(bias, 1e-14);
        ((BernoulliUnits)rbm.Visible).Bias.grad!.ShouldBeNear(new double[6], 0);
        bias.abs().min().ToDouble().Should().BeGreaterThan(1e-3);
    }

    [Fact]
    public void The_gradient_is_added_to_that_of_the_likelihood_with_a_moving_mean_of_the_activity()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.Rbm("gaussian", 6, "bernoulli", 4);
        var data = Make.Normal(1, 1, 40, 6);
        var activity = rbm.HiddenMean(data).detach().mean(new long[] { 0 });
        using var phases = new RbmPhases(rbm);
        var means = new DataMeans(phases);
        using var penalty = new SparsityPenalty(rbm, means, new() { Target = 0.2, Cost = 0.5, Decay = 0.75 }, activity);
        foreach (var start in new[] { 0, 20 })
        {
            var batch = data.narrow(0, start, 20);
            foreach (var parameter in rbm.parameters())
                parameter.grad = torch.full_like(parameter, 7);
            Apply(penalty, phases, means, batch);
            activity = (0.75 * activity) + (0.25 * rbm.HiddenMean(batch).detach().mean(new long[] { 0 }));
            var term = 0.5 * (activity - 0.2);
            Bias(rbm).grad!.ShouldBeNear(7 + term, 1e-14);
            rbm.Weight.grad!.ShouldBeNear(7 + term.outer(batch.mean(new long[] { 0 })), 1e-14);
        }
    }

    [Fact]
    public void Trained_units_are_on_about_as_often_as_asked_for()
    {
        using var scope = torch.NewDisposeScope();
        using var data = TrialDataset.Create(seed: 1);
        Activities(null).Should().OnlyContain(activity => activity > 0.2);
        Activities(new() { Target = 0.1, Cost = 1 }).Should().OnlyContain(activity => activity > 0.07 && activity < 0.13);

        double[] Activities(SparsityOptions? sparsity)
        {
            using var rbm = Rbm.Bernoulli(10, 12, WeightInitialization.Normal(0.1));
            _ = rbm.Fit(data, new()
            {
                Epochs = 30,
                BatchSize = 100,
                LearningRate = 0.1,
                Optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9) },
                NegativePhase = new ContrastiveDivergence(),
                Sparsity = sparsity,
                Centering = sparsity is null ? null : new(),
                Averaging = 0,
            });
            return Oracles.Enumeration.Read(rbm.HiddenMean(data).mean(new long[] { 0 }));
        }
    }

    private static Parameter Bias(Rbm rbm) => ((BernoulliUnits)rbm.Hidden).Bias;

    private static void Apply(SparsityPenalty penalty, RbmPhases phases, DataMeans means, Tensor batch)
    {
        using (torch.no_grad())
        {
            phases.Begin(batch.shape[0], batch.shape[0]);
            _ = phases.Both.Visible.copy_(torch.cat([batch, batch]));
            phases.SendUp();
            means.Take();
        }

        penalty.Apply();
    }
}
