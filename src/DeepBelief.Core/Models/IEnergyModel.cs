using DeepBelief.Units;

namespace DeepBelief;

/// <summary>A model of the density p(v) = exp(-F(v)) / Z, as training, sampling and evaluation use it.</summary>
/// <remarks>
/// A class that derives from <c>torch.nn.Module</c> inherits <see cref="parameters"/>; add a differentiable
/// <see cref="FreeEnergy"/> and a <see cref="Transition"/>, and it can be trained. Methods leave ownership of their arguments
/// with the caller and return new tensors. Generators work on the CPU only, as in TorchSharp; for other devices pass null, the
/// device's default generator.
/// </remarks>
/// <example>A Gaussian of unknown mean:<code>
/// sealed class GaussianModel : nn.Module, IEnergyModel
/// {
///     private readonly TorchSharp.Modules.Parameter mean;
///     public GaussianModel(long size) : base("gaussian") { mean = new(zeros(size)); RegisterComponents(); }
///     public long VisibleSize => mean.shape[0];
///     public Tensor FreeEnergy(Tensor visible) => (visible - mean).square().sum(1) / 2;
///     public Tensor Transition(Tensor visible, Generator? generator = null) => mean.detach() + randn(visible.shape, generator: generator);
/// }
/// </code></example>
public interface IEnergyModel
{
    /// <summary>Number of visible units, D.</summary>
    long VisibleSize { get; }

    /// <summary>The values that a visible unit can take. Default: any real number.</summary>
    UnitSupport VisibleSupport => UnitSupport.Real;

    /// <summary>The parameters to train, as <c>torch.nn.Module</c> lists them.</summary>
    /// <param name="recurse">True to include those of submodules.</param>
    IEnumerable<Parameter> parameters(bool recurse = true);

    /// <summary>Returns the free energy F(v) of each row, in nats, up to a constant shared by all rows.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <returns>Free energies, <c>[batch]</c>.</returns>
    Tensor FreeEnergy(Tensor visible);

    /// <summary>Takes one step of a Markov chain that leaves p(v) invariant.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns>The next states, <c>[batch, D]</c>.</returns>
    Tensor Transition(Tensor visible, Generator? generator = null);

    /// <summary>Reconstructs each row; the reconstruction error compares the result with the row.</summary>
    /// <remarks>Default: one <see cref="Transition"/>. Override it if the model can reconstruct without noise.</remarks>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns>Reconstructions, <c>[batch, D]</c>.</returns>
    Tensor Reconstruct(Tensor visible, Generator? generator = null) => Transition(visible, generator);

    /// <summary>Initializes an untrained model from its data, before the first batch. Default: does nothing.</summary>
    /// <param name="data">
    /// The training rows, <c>[rows, D]</c>; of sparse data, and of data with weights or missing values, rows of the same means.
    /// </param>
    void InitializeFromData(Tensor data)
    {
    }

    /// <summary>
    /// Adds the gradient of mean F(<paramref name="data"/>) - mean F(<paramref name="model"/>) to the parameters' <c>.grad</c>:
    /// the gradient of the negative log-likelihood if <paramref name="model"/> is drawn from p(v).
    /// </summary>
    /// <remarks>Default: automatic differentiation of <see cref="FreeEnergy"/>.</remarks>
    /// <param name="data">Rows of data, <c>[batch, D]</c>: the positive phase.</param>
    /// <param name="model">Rows drawn from the model, <c>[chains, D]</c>: the negative phase.</param>
    void AccumulateGradient(Tensor data, Tensor model) => AutogradGradient.Accumulate(this, data, model);
}
