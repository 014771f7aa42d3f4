using System.Runtime.InteropServices;
using DeepBelief.Files;
using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>An energy model of real values whose free energy is the output of a network: p(v) = exp(-E(v)) / Z.</summary>
/// <remarks>
/// <para>Chains follow <see cref="Langevin"/> dynamics. They mix slowly between separated modes, so train with persistent chains:
/// <see cref="ReplayBuffer"/> or <see cref="PersistentContrastiveDivergence"/>. State-dict keys have the prefix
/// <c>energy.</c>.</para>
/// <para>Z is finite only if exp(-E) has a finite integral. With bounded activations the integral over all of space diverges;
/// with unbounded ones, such as ReLU, the network learns to raise the energy where chains stray.</para>
/// <para>Sources: Du and Mordatch 2019, "Implicit generation and modeling with energy-based models"; Nijkamp, Hill, Zhu and Wu
/// 2019, "Learning non-convergent non-persistent short-run MCMC toward energy-based model".</para>
/// </remarks>
/// <example><code>
/// var network = nn.Sequential(nn.Linear(2, 128), nn.SiLU(), nn.Linear(128, 1));
/// using var model = new NeuralEnergyModel(network, visible: 2, new Langevin { StepSize = 0.01, Steps = 20 });
/// model.Fit(data, new() { NegativePhase = new ReplayBuffer(), Optimizer = new AdamSettings(), LearningRate = 0.001 });
/// using var samples = MarkovChain.Run(model, data, steps: 100);
/// </code></example>
public sealed class NeuralEnergyModel : torch.nn.Module, IConditionalModel, IModelSettings
{
    private readonly torch.nn.Module<Tensor, Tensor> energy;
    private readonly double energyPenalty;

    /// <summary>Creates a model from a network.</summary>
    /// <param name="energy">
    /// The network, owned and disposed by the model: maps <c>[batch, visible]</c> to <c>[batch]</c> or <c>[batch, 1]</c>, each
    /// row independently (no batch normalization) and deterministically (no dropout).
    /// </param>
    /// <param name="visible">Number of visible units, 1 or more.</param>
    /// <param name="langevin">Dynamics of the chains; null uses the defaults.</param>
    /// <param name="energyPenalty">
    /// α, 0 or more. Default: 0. Training adds α · (mean E² of the data + mean E² of the chains) to the loss, which keeps
    /// energies, otherwise free up to a constant, near 0 and their differences small; Du and Mordatch 2019 use 1. The penalty
    /// blurs the learned density: if training diverges, reduce the learning rate first.
    /// </param>
    /// <exception cref="ArgumentException">The network has no parameters, or does not return one energy per row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
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

    /// <summary>The dynamics of the chains.</summary>
    public Langevin Langevin { get; }

    /// <summary>What chains can reach, and so what p(v) is a density of.</summary>
    internal UnitSupport States => double.IsFinite(Langevin.Lower) || double.IsFinite(Langevin.Upper)
        ? UnitSupport.Interval("bounded", Langevin.Lower, Langevin.Upper)
        : UnitSupport.Real;

    IEnumerable<(string Name, object? Value)> IModelSettings.Settings => [("langevin", Langevin), ("energy penalty", energyPenalty)];

    internal bool IsDisposed { get; private set; }

    /// <summary>The network's output, <c>[batch]</c>.</summary>
    /// <inheritdoc/>
    public Tensor FreeEnergy(Tensor visible)
    {
        Check(visible);
        using var scope = torch.NewDisposeScope();
        return energy.call(visible).reshape(visible.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Runs <see cref="Langevin"/> dynamics for its number of steps.</summary>
    /// <remarks>Leaves p(v) invariant if steps are adjusted and the temperature is 1.</remarks>
    /// <inheritdoc/>
    public Tensor Transition(Tensor visible, Generator? generator = null)
    {
        Check(visible);
        return Langevin.Run(FreeEnergy, visible, generator);
    }

    /// <summary>Runs <see cref="Langevin"/> dynamics with the gradient and noise of clamped units set to 0.</summary>
    /// <inheritdoc/>
    public Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null)
    {
        Check(visible);
        return Langevin.Run(FreeEnergy, visible, generator, clamped);
    }

    /// <summary>Adds the gradient, including the energy penalty, by autograd in one pass through the network for data and chains.</summary>
    /// <inheritdoc/>
    public void AccumulateGradient(Tensor data, Tensor model)
    {
        Guard.Rows(data, VisibleSize, this.Representative());
        Guard.Rows(model, VisibleSize, data);
        InputChecks.Values(UnitSupport.Real, data);
        InputChecks.Values(UnitSupport.Real, model);
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var energies = FreeEnergy(torch.cat([data.detach(), model.detach()]));
        var (ofData, ofModel) = (energies.narrow(0, 0, data.shape[0]), energies.narrow(0, data.shape[0], model.shape[0]));
        var loss = ofData.mean() - ofModel.mean();
        if (energyPenalty > 0)
            loss = loss.Plus(ofData.Squared().mean().Plus(ofModel.Squared().mean()), energyPenalty);
        loss.backward();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private void Check(Tensor visible)
    {
        Guard.Matrix(visible, VisibleSize, this.Representative());
        InputChecks.Values(UnitSupport.Real, visible);
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
            throw new ArgumentException($"Expected a network that accepts [2, {VisibleSize}]: {e.Message}", nameof(energy), e);
        }

        if (output.shape is not ([2] or [2, 1]))
            throw new ArgumentException($"Expected a network that returns one energy per row, [2] or [2, 1] for [2, {VisibleSize}], found {Shapes.Text(output)}.", nameof(energy));
    }
}
