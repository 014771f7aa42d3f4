namespace DeepBelief.Evaluation;

/// <summary>Which modules of a network are in training mode, to put back.</summary>
internal sealed class ModuleModes(torch.nn.Module network)
{
    private readonly (torch.nn.Module Module, bool Training)[] modes = [(network, network.training), .. network.modules().Select(module => (module, module.training))];

    public void Restore()
    {
        // Parents come first: setting a module's mode sets those of its children, too.
        foreach (var (module, training) in modes)
            module.train(training);
    }
}
