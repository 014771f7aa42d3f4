namespace DeepBelief.Evaluation;

/// <summary>Evaluation mode until disposed, then whichever mode each module was in.</summary>
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
        // Modules come before those that they contain, whose modes they would set, too.
        foreach (var (module, training) in modes)
            module.train(training);
    }
}
