using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>How a model is written to a file.</summary>
public abstract class ModelFormat
{
    private readonly string name;

    private protected ModelFormat(string name) => this.name = name;

    /// <summary>
    /// The library's own: a PyTorch file with everything that is needed to rebuild the model; its tensors are under
    /// <c>torch.load(path)["state_dict"]</c>.
    /// </summary>
    public static ModelFormat DeepBelief { get; } = new DeepBeliefFormat();

    /// <summary>
    /// What the Python code that this library began as a port of saves, https://github.com/AmanPriyanshu/Deep-Belief-Networks-in-PyTorch,
    /// for machines and networks of Bernoulli units: a dictionary of <c>W</c> <c>[hidden, visible]</c>, <c>vb</c>
    /// <c>[1, visible]</c> and <c>hb</c> <c>[1, hidden]</c>, or a list of them.
    /// </summary>
    public static ModelFormat Original { get; } = new OriginalFormat();

    /// <summary>
    /// The plain state dict that <c>load_state_dict(torch.load(path))</c> of the same model in Python takes. It says
    /// nothing of the model but its tensors: <see cref="Files.ModuleState.LoadStateDict"/> reads it into a model that is there.
    /// </summary>
    public static ModelFormat StateDict { get; } = new StateDictFormat();

    /// <summary>
    /// A safetensors file of the state dict's tensors, with what else is needed to rebuild the model as JSON in the metadata,
    /// under <c>deepbelief</c>.
    /// </summary>
    public static ModelFormat Safetensors { get; } = new SafetensorsFormat();

    /// <summary>The name.</summary>
    public override string ToString() => name;

    /// <summary>Writes a file.</summary>
    /// <exception cref="ArgumentException">The format has no such models.</exception>
    internal abstract void Save(string path, ModelContent content);
}
