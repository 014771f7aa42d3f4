namespace DeepBelief.Persistence;

/// <summary>How a model is written to a file.</summary>
public enum ModelFormat
{
    /// <summary>
    /// The library's own: a PyTorch file with everything that is needed to rebuild the model; its tensors are under
    /// <c>torch.load(path)["state_dict"]</c>.
    /// </summary>
    DeepBelief,

    /// <summary>
    /// What the Python original saves, for machines and networks of Bernoulli units: a dictionary of <c>W</c>
    /// <c>[hidden, visible]</c>, <c>vb</c> <c>[1, visible]</c> and <c>hb</c> <c>[1, hidden]</c>, or a list of them.
    /// </summary>
    Original,

    /// <summary>
    /// The plain state dict that <c>load_state_dict(torch.load(path))</c> of the same model in Python takes. It says
    /// nothing of the model but its tensors: <see cref="ModuleState.LoadStateDict"/> reads it into a model that is there.
    /// </summary>
    StateDict,

    /// <summary>
    /// A safetensors file of the state dict's tensors, with what else is needed to rebuild the model as JSON in the metadata,
    /// under <c>deepbelief</c>.
    /// </summary>
    Safetensors,
}
