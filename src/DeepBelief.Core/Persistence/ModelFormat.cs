using DeepBelief.Persistence;

namespace DeepBelief;

/// <summary>A file format of models.</summary>
public abstract class ModelFormat : IModelReader
{
    private readonly string name;

    private protected ModelFormat(string name) => this.name = name;

    /// <summary>The complete model as a PyTorch file; Python reads the tensors with <c>torch.load(path)["state_dict"]</c>.</summary>
    public static ModelFormat DeepBelief { get; } = new DeepBeliefFormat();

    /// <summary>
    /// The format of https://github.com/AmanPriyanshu/Deep-Belief-Networks-in-PyTorch, the Python code that this library began as
    /// a port of. For RBMs and networks of Bernoulli units: a dictionary of <c>W</c> <c>[hidden, visible]</c>, <c>vb</c>
    /// <c>[1, visible]</c> and <c>hb</c> <c>[1, hidden]</c>, or a list of such dictionaries.
    /// </summary>
    public static ModelFormat Original { get; } = new OriginalFormat();

    /// <summary>
    /// The plain state dict, for <c>load_state_dict(torch.load(path))</c> of the same model in Python. It contains only tensors;
    /// <see cref="Files.ModuleState.LoadStateDict"/> loads it into an existing model.
    /// </summary>
    public static ModelFormat StateDict { get; } = new StateDictFormat();

    /// <summary>A safetensors file of the state dict; JSON in the metadata, under <c>deepbelief</c>, completes the model.</summary>
    public static ModelFormat Safetensors { get; } = new SafetensorsFormat();

    /// <summary>
    /// The parameters of scikit-learn's <c>BernoulliRBM</c> by their names there, as an <c>.npz</c> file: <c>components_</c>
    /// <c>[hidden, visible]</c>, <c>intercept_hidden_</c> <c>[hidden]</c> and <c>intercept_visible_</c> <c>[visible]</c>. For RBMs of
    /// Bernoulli units. In Python, <c>numpy.savez("rbm.npz", components_=rbm.components_, intercept_hidden_=rbm.intercept_hidden_,
    /// intercept_visible_=rbm.intercept_visible_)</c> writes it, and <c>rbm.__dict__.update(numpy.load("rbm.npz"))</c> reads it.
    /// </summary>
    public static ModelFormat ScikitLearn { get; } = new ScikitLearnFormat();

    /// <summary>All formats, in any order; tests add their own.</summary>
    internal static IReadOnlyList<ModelFormat> All { get; set; } = [Original, Safetensors, DeepBelief, StateDict, ScikitLearn];

    /// <summary>Returns the name.</summary>
    public override string ToString() => name;

    ModelContent? IModelReader.Read(OpenFile file, string kind) => Read(file, kind);

    /// <summary>Returns the content of a file that holds the given kind of model; null if the file's content is not of this format.</summary>
    /// <exception cref="Files.DataFormatException">The file is of this format, but damaged, or holds another kind of model.</exception>
    internal abstract ModelContent? Read(OpenFile file, string kind);

    /// <summary>Writes a file to a stream.</summary>
    /// <exception cref="ArgumentException">The format does not support the model.</exception>
    internal abstract void Save(Stream stream, ModelContent content);
}
