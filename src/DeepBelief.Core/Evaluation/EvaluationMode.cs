namespace DeepBelief.Evaluation;

/// <summary>Sets evaluation mode; restores each module's mode when disposed.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (torch.nn.Module Module, bool Training)[] modes;

    public EvaluationMode(torch.nn.Module network)
    {
        modes = [(network, network.training), .. network.modules().Select(module => (module, module.training))];
        network.eval();
    }

    public void Dispose()
    {
        // Parents come first: setting a module's mode sets those of its children, too.
        foreach (var (module, training) in modes)
            module.train(training);
    }
}
