using System.CommandLine;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Benchmarks.Operations;

/// <summary>The process that times single operations in one thread setting.</summary>
internal static class OperationsWorker
{
    private const string Name = "operations-worker";
    private const int Batch = 100;
    private const int Visible = 784;
    private const int Hidden = 500;

    public static Command Create()
    {
        var command = new Command(Name, "A process of the operations command.");
        command.Hidden = true;
        command.SetAction(_ => Console.WriteLine(JsonSerializer.Serialize(Run(), Worker.Json)));
        return command;
    }

    /// <summary>Runs such a process.</summary>
    public static IReadOnlyList<OperationTime> Measure(ThreadSetting setting) => Worker.Ask<OperationTime[]>(setting, Name);

    private static OperationTime[] Run()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var data = torch.empty(60_000, Visible).bernoulli_(0.2);
        var rows = torch.randperm(60_000, ScalarType.Int64).narrow(0, 0, Batch);
        var batch = data.narrow(0, 0, Batch);
        var chain = data.narrow(0, Batch, Batch);
        var inputs = torch.randn(Batch, Hidden);
        var probabilities = inputs.sigmoid();
        var buffer = torch.zeros(Batch, Hidden);
        using var bernoulli = new BernoulliUnits(Hidden);
        using var gaussian = new GaussianUnits(Hidden);
        using var rbm = Rbm.Bernoulli(Visible, Hidden);
        var parameters = rbm.parameters().ToArray();
        foreach (var parameter in parameters)
            parameter.grad = torch.randn(parameter.shape).mul_(0.001);
        using var sgd = new SgdSettings().Create(parameters);
        using var adam = new AdamSettings().Create(parameters);
        (sgd.LearningRate, adam.LearningRate) = (1e-4, 1e-4);
        var transposed = rbm.Weight.detach().t();

        return
        [
            Time("gather a batch [100, 784]", Batch * Visible, () => _ = data.index_select(0, rows)),
            Time("product [100, 784] x [784, 500]", Batch * Hidden, () => _ = buffer.addmm_(batch, transposed, beta: 0, alpha: 1)),
            Time("torch: uniform numbers [100, 500]", Batch * Hidden, () => _ = buffer.uniform_(0, 1)),
            Time("torch: sigmoid [100, 500]", Batch * Hidden, () => _ = inputs.sigmoid()),
            Time("torch: bernoulli [100, 500]", Batch * Hidden, () => _ = probabilities.bernoulli()),
            Time("Bernoulli units: mean [100, 500]", Batch * Hidden, () => _ = bernoulli.Mean(inputs)),
            Time("Bernoulli units: sample [100, 500]", Batch * Hidden, () => _ = bernoulli.Sample(inputs)),
            Time("Gaussian units: sample [100, 500]", Batch * Hidden, () => _ = gaussian.Sample(inputs)),
            Time("SGD: update of an RBM 784-500", Visible * Hidden, sgd.Update),
            Time("Adam: update of an RBM 784-500", Visible * Hidden, adam.Update),
            Time("Gibbs step of an RBM 784-500, batch 100", Batch * (Visible + Hidden), () => _ = rbm.Transition(batch)),
            Time("gradient of an RBM 784-500, batch 100", Visible * Hidden, () => rbm.AccumulateGradient(batch, chain)),
        ];
    }

    private static OperationTime Time(string name, long elements, Action operation) => OperationTimer.Measure(name, elements, operation);
}
