using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A model of the density p(v) = exp(-F(v)) / Z: what training, sampling and evaluation need of it, and no more.
/// </summary>
/// <remarks>
/// A class that derives from <c>torch.nn.Module</c> already has <see cref="parameters"/>; with a
/// <see cref="FreeEnergy"/> that autograd can follow and a <see cref="Transition"/>, it can be trained. The tensors that a
/// method is given stay the caller's; those it returns are new. Generators are for models on the CPU, as all of
/// TorchSharp's are: elsewhere pass null, which means the device's default one.
/// </remarks>
public interface IEnergyModel
{
    /// <summary>Number of visible units, D.</summary>
    long VisibleSize { get; }

    /// <summary>Which values a visible unit can take. Default: any real number.</summary>
    UnitSupport VisibleSupport => UnitSupport.Real;

    /// <summary>The parameters that training changes, as <c>torch.nn.Module</c> lists them.</summary>
    /// <param name="recurse">Whether those of sub-modules are included.</param>
    IEnumerable<Parameter> parameters(bool recurse = true);

    /// <summary>The free energy F(v) of each row, in nats, up to a constant shared by all rows.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <returns>Free energies, <c>[batch]</c>.</returns>
    Tensor FreeEnergy(Tensor visible);

    /// <summary>One step of a Markov chain that leaves p(v) unchanged.</summary>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>The next states, <c>[batch, D]</c>.</returns>
    Tensor Transition(Tensor visible, Generator? generator = null);

    /// <summary>What the model makes of each row; compared with the row, it gives the reconstruction error.</summary>
    /// <remarks>Default: one <see cref="Transition"/>. A model that can do so without noise should.</remarks>
    /// <param name="visible">States, <c>[batch, D]</c>.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>Reconstructions, <c>[batch, D]</c>.</returns>
    Tensor Reconstruct(Tensor visible, Generator? generator = null) => Transition(visible, generator);

    /// <summary>Sets an untrained model up for its data, before the first batch. Default: does nothing.</summary>
    /// <param name="data">The training rows, <c>[rows, D]</c>.</param>
    void InitializeFromData(Tensor data)
    {
    }

    /// <summary>
    /// Adds to <c>.grad</c> the gradient of mean F(<paramref name="data"/>) - mean F(<paramref name="model"/>), which is
    /// that of the negative log-likelihood when <paramref name="model"/> is drawn from p(v).
    /// </summary>
    /// <remarks>Default: automatic differentiation of <see cref="FreeEnergy"/>.</remarks>
    /// <param name="data">Rows of data, <c>[batch, D]</c>: the positive phase.</param>
    /// <param name="model">Rows drawn from the model, <c>[chains, D]</c>: the negative phase.</param>
    void AccumulateGradient(Tensor data, Tensor model) => AutogradGradient.Accumulate(this, data, model);
}
