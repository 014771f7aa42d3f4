using DeepBelief.Training;

namespace DeepBelief.Tests.Support;

/// <summary>The checkpoint of a run that was interrupted after two epochs.</summary>
internal sealed class InterruptedRun : IDisposable
{
    public InterruptedRun(TrainingOptions options)
    {
        File = new() { Path = Folder.File("run") };
        using var data = CheckpointScenario.Data();
        using var rbm = Rbm.Bernoulli(6, 4);
        var fit = () => rbm.Fit(data, options with { Checkpoint = File }, progress: new Interruption(2));
        fit.Should().Throw<Interruption.Killed>();
    }

    public TemporaryFolder Folder { get; } = new();

    public CheckpointOptions File { get; }

    /// <summary>Neither an untrained model nor the file may be changed by a run that ends in this exception.</summary>
    public TException ShouldBeRefused<TException>(Action<Rbm> fit)
        where TException : Exception
    {
        using var rbm = Rbm.Bernoulli(6, 4);
        var (model, file) = (CheckpointScenario.Bytes(rbm), System.IO.File.ReadAllBytes(File.Path));
        var thrown = fit.Invoking(f => f(rbm)).Should().Throw<TException>().Which;
        CheckpointScenario.Bytes(rbm).Should().BeEquivalentTo(model);
        System.IO.File.ReadAllBytes(File.Path).Should().Equal(file);
        return thrown;
    }

    public void Dispose() => Folder.Dispose();
}
