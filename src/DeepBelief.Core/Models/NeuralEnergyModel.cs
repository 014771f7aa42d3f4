using System.Runtime.InteropServices;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>An energy model of real values whose free energy is whatever a network says: p(v) = exp(-E(v)) / Z.</summary>
/// <remarks>
/// <para>Chains are <see cref="Langevin"/> dynamics. They are slow where the density has gaps, so training wants chains that go
/// on: <see cref="ReplayBuffer"/>, or <see cref="PersistentContrastiveDivergence"/>. State-dict keys: those of the network,
/// behind <c>energy.</c>.</para>
/// <para>Z exists only if exp(-E) has a finite integral. A network of bounded activations has none on the whole space; one
/// that can grow without bound, of ReLU say, learns to where chains go astray.</para>
/// <para>Sources: Du and Mordatch 2019, "Implicit generation and modeling with energy-based models"; Nijkamp, Hill, Zhu
/// and Wu 2019, "Learning non-convergent non-persistent short-run MCMC toward energy-based model".</para>
/// </remarks>
public sealed class NeuralEnergyModel : torch.nn.Module, IConditionalModel, IModelSettings
{
    private readonly torch.nn.Module<Tensor, Tensor> energy;
    private readonly double energyPenalty;

    /// <summary>Makes a model of a network.</summary>
    /// <param name="energy">
    /// The network, which the model owns and disposes: <c>[batch, visible]</c> to <c>[batch]</c> or <c>[batch, 1]</c>, each
    /// row for itself (no batch normalisation) and without noise (no dropout).
    /// </param>
    /// <param name="visible">Number of visible units, 1 or more.</param>
    /// <param name="langevin">How chains go; the defaults when null.</param>
    /// <param name="energyPenalty">
    /// α, 0 or more. Default: 0. Training adds α · (mean E² of the data + mean E² of the chains) to its objective, which keeps
    /// energies, free up to a constant otherwise, near 0 and their differences small: Du and Mordatch 2019 take 1.
    /// It blurs what is learned; without it, a training that diverges is better helped by a smaller learning rate.
    /// </param>
    /// <exception cref="ArgumentException">The network has no parameters, or does not give one energy a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public NeuralEnergyModel(torch.nn.Module<Tensor, Tensor> energy, long visible, Langevin? langevin = null, double energyPenalty = 0)
        : base(nameof(NeuralEnergyModel))
    {
        ArgumentNullException.ThrowIfNull(energy);
        Guard.Size(visible);
        Guard.Option(energyPenalty >= 0 && double.IsFinite(energyPenalty), nameof(energyPenalty), energyPenalty, "0 or more");
        this.energy = energy;
        this.energyPenalty = energyPenalty;
        VisibleSize = visible;
        Langevin = langevin ?? new Langevin();
        Langevin.Validate();
        RegisterComponents();
        CheckNetwork();
    }

    /// <inheritdoc/>
    public long VisibleSize { get; }

    /// <summary>How chains go.</summary>
    public Langevin Langevin { get; }

    IEnumerable<(string Name, object? Value)> IModelSettings.Settings => [("langevin", Langevin), ("energy penalty", energyPenalty)];

    /// <summary>The network's output, <c>[batch]</c>.</summary>
    /// <inheritdoc/>
    public Tensor FreeEnergy(Tensor visible)
    {
        Guard.Matrix(visible, VisibleSize, this.Representative());
        using var scope = torch.NewDisposeScope();
        return energy.call(visible).reshape(visible.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>One run of <see cref="Langevin"/>, of as many steps as that says.</summary>
    /// <remarks>It leaves p(v) unchanged if steps are adjusted and the temperature is 1.</remarks>
    /// <inheritdoc/>
    public Tensor Transition(Tensor visible, Generator? generator = null)
        => Langevin.Run(FreeEnergy, visible, generator);

    /// <summary>The same with the gradient and the noise of the held units set to 0.</summary>
    /// <inheritdoc/>
    public Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null)
        => Langevin.Run(FreeEnergy, visible, generator, clamped);

    /// <summary>
    /// The gradient by autograd, in one pass through the network for data and chains, and that of the energy penalty.
    /// </summary>
    /// <inheritdoc/>
    public void AccumulateGradient(Tensor data, Tensor model)
    {
        Guard.Rows(data, VisibleSize, this.Representative());
        Guard.Rows(model, VisibleSize, data);
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var energies = FreeEnergy(torch.cat([data, model]));
        var (ofData, ofModel) = (energies.narrow(0, 0, data.shape[0]), energies.narrow(0, data.shape[0], model.shape[0]));
        var loss = ofData.mean() - ofModel.mean();
        if (energyPenalty > 0)
            loss = loss.Plus(ofData.Squared().mean().Plus(ofModel.Squared().mean()), energyPenalty);
        loss.backward();
    }

    private void CheckNetwork()
    {
        var like = this.Representative();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor output;
        try
        {
            output = energy.call(torch.zeros(2, VisibleSize, like.dtype, like.device));
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"Expected a network that takes [2, {VisibleSize}]: {e.Message}", nameof(energy), e);
        }

        if (output.shape is not ([2] or [2, 1]))
            throw new ArgumentException($"Expected a network that gives one energy a row, [2] or [2, 1] of [2, {VisibleSize}], found {Shapes.Text(output)}.", nameof(energy));
    }
}
