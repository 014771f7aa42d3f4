using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>Langevin dynamics on a differentiable energy: x' = x - ε/2 · ∇E(x) + √(ε T) · N(0, 1). Immutable and thread-safe.</summary>
/// <remarks>
/// <para>With adjustment (MALA), each step is a Metropolis-Hastings proposal, which leaves exp(-E / T) exactly invariant for any
/// step size; a low <see cref="AcceptanceRate"/> shows that the step size is too large. Without adjustment (ULA), every step is
/// accepted: chains never stall, but converge to a density whose bias vanishes with the step size. For E = x² / (2 s²), its
/// variance is T s² / (1 - ε / (4 s²)).</para>
/// <para>Sources: Roberts and Tweedie 1996, "Exponential convergence of Langevin distributions and their discrete
/// approximations"; Besag 1994.</para>
/// </remarks>
public sealed record Langevin
{
    /// <summary>Step size ε, more than 0, in squared data units: the noise variance at T = 1. Default: 0.01, for features about 0.1 wide.</summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>Steps per <see cref="Run"/>, 1 or more. Default: 10.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>True to accept or reject each step by the Metropolis-Hastings rule. Default: true.</summary>
    public bool Adjusted { get; init; } = true;

    /// <summary>
    /// T, more than 0. Default: 1, which samples from exp(-E) / Z. The reduced noise that is often combined with large steps for
    /// images is a low temperature: noise with standard deviation σ means T = σ² / ε.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Lower bound of every unit. Default: none. An adjusted chain rejects steps that leave the bounds, and so samples the
    /// density within them; an unadjusted chain clips to the nearest bound.
    /// </summary>
    public double Lower { get; init; } = double.NegativeInfinity;

    /// <summary>Upper bound of every unit; see <see cref="Lower"/>. Default: none.</summary>
    public double Upper { get; init; } = double.PositiveInfinity;

    private bool HasBounds => double.IsFinite(Lower) || double.IsFinite(Upper);

    /// <summary>Takes <see cref="Steps"/> steps from given states.</summary>
    /// <param name="energy">Maps states <c>[chains, D]</c> to energies <c>[chains]</c>, in nats: differentiable, deterministic, per row.</param>
    /// <param name="start">Initial states, <c>[chains, D]</c>; not modified.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <param name="clamped">Mask of clamped units, <c>bool</c>, <c>[chains, D]</c> or <c>[1, D]</c>; null for none.</param>
    /// <returns>Final states, <c>[chains, D]</c>.</returns>
    /// <exception cref="ArgumentException">A tensor or an option does not fit.</exception>
    public Tensor Run(Func<Tensor, Tensor> energy, Tensor start, Generator? generator = null, Tensor? clamped = null)
        => Chain(energy, start, generator, clamped, null);

    /// <summary>
    /// Returns the fraction of accepted proposals in one <see cref="Run"/>. Choose the step size for about 0.57, the optimum for
    /// smooth densities of many dimensions (Roberts and Rosenthal 1998). 1 if steps are not adjusted.
    /// </summary>
    /// <param name="energy">As for <see cref="Run"/>.</param>
    /// <param name="start">Initial states, <c>[chains, D]</c>; not modified.</param>
    /// <param name="generator">Random generator; null uses torch's default generator.</param>
    /// <returns>The mean over chains and steps, 0 to 1.</returns>
    /// <exception cref="ArgumentException">A tensor or an option does not fit.</exception>
    public double AcceptanceRate(Func<Tensor, Tensor> energy, Tensor start, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(start);
        Validate();
        if (!Adjusted)
            return 1;
        using var scope = torch.NewDisposeScope();
        var accepted = torch.zeros(1, ScalarType.Int64, start.device);
        _ = Chain(energy, start, generator, null, accepted);
        return (double)accepted.item<long>() / (start.shape[0] * Steps);
    }

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Options are out of range; the message names all of them.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(StepSize > 0 && double.IsFinite(StepSize), nameof(StepSize), StepSize, "more than 0");
        faults.Option(Steps >= 1, nameof(Steps), Steps, "1 or more");
        faults.Option(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "more than 0");
        faults.Option(Lower < Upper, nameof(Lower), Lower, $"less than {nameof(Upper)}");
        faults.Throw();
    }

    private Tensor Chain(Func<Tensor, Tensor> energy, Tensor start, Generator? generator, Tensor? clamped, Tensor? acceptances)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Guard.Dense(start);
        if (clamped is not null)
            Guard.Mask(clamped, start);
        Validate();
        InputChecks.Values(UnitSupport.Real, start);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = start.clone();
        // Clones, as the loop writes to both, and either could be a view of the states or an expanded element.
        var first = Evaluate(energy, states, clamped);
        var (energies, gradient) = (first.Energies.clone(), first.Gradient.clone());
        for (var step = 1; step <= Steps; step++)
        {
            using var stepScope = torch.NewDisposeScope();
            var noise = Free(torch.empty_like(states).normal_(0, 1, generator), clamped);
            var next = states.Plus(gradient, -0.5 * StepSize).Plus(noise, Math.Sqrt(StepSize * Temperature));
            if (!Adjusted)
            {
                _ = states.copy_(Bound(next, states, clamped));
                if (step < Steps)
                    _ = gradient.copy_(Evaluate(energy, states, clamped).Gradient);
                continue;
            }

            var (nextEnergies, nextGradient) = Evaluate(energy, next, clamped);
            // log q(x' | x) and log q(x | x'): the proposal densities of the step and its reverse.
            var forth = noise.Squared().sum(1).Over(-2);
            var back = (states - next).Plus(nextGradient, 0.5 * StepSize).Squared().sum(1).Over(-2 * StepSize * Temperature);
            var logRatio = (energies - nextEnergies).Over(Temperature).Plus(back) - forth;
            // A NaN ratio, for example from an energy that overflowed, rejects the step.
            var accepted = torch.empty_like(logRatio).uniform_(0, 1, generator).log_().lt(logRatio);
            if (HasBounds)
                accepted = accepted.logical_and(Bound(next, states, clamped).eq(next).all(1));
            var rows = accepted.unsqueeze(1);
            _ = acceptances?.Add(accepted.sum());
            _ = states.copy_(torch.where(rows, next, states));
            _ = energies.copy_(torch.where(accepted, nextEnergies, energies));
            _ = gradient.copy_(torch.where(rows, nextGradient, gradient));
        }

        return states.MoveToOuterDisposeScope();
    }

    /// <summary>Returns the energies of states, and their gradient, which is 0 for clamped units.</summary>
    internal static (Tensor Energies, Tensor Gradient) Evaluate(Func<Tensor, Tensor> energy, Tensor states, Tensor? clamped = null)
    {
        // Autograd does not follow what a caller's inference mode computes, nor a tensor that was made in it.
        using var mode = Parameters.OutsideInference();
        using var grad = torch.enable_grad();
        var leaf = states.detach().clone().requires_grad_();
        var energies = energy(leaf);
        if (energies.dim() != 1 || energies.shape[0] != states.shape[0])
            throw new ArgumentException($"Expected one energy per row, shape [{states.shape[0]}], found {Shapes.Text(energies)}.", nameof(energy));
        // Not by autograd.grad, whose native errors TorchSharp does not catch: they would end the process.
        if (energies.requires_grad)
            torch.autograd.backward([energies.sum()], inputs: [leaf]);
        if (leaf.grad is not { } gradient)
            throw new ArgumentException("Expected an energy that autograd can follow to the states, found one without a graph to them. Compute it from the states by torch's operations, outside no_grad.", nameof(energy));
        return (energies.detach(), Free(gradient, clamped));
    }

    /// <summary>Zeroes the values of clamped units.</summary>
    private static Tensor Free(Tensor values, Tensor? clamped) => clamped is null ? values : torch.where(clamped, torch.zeros_like(values), values);

    private Tensor Bound(Tensor next, Tensor states, Tensor? clamped)
    {
        if (!HasBounds)
            return next;
        var bounded = next.Within(Lower, Upper);
        return clamped is null ? bounded : torch.where(clamped, states, bounded);
    }
}
