using DeepBelief.Files;
using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// Langevin dynamics on any energy that autograd can follow: x' = x - ε/2 · ∇E(x) + √(ε T) · N(0, 1), with step size ε and
/// temperature T. Immutable; free to share.
/// </summary>
/// <remarks>
/// <para>Adjusted (MALA), each step is a proposal of the Metropolis-Hastings rule, so that exp(-E / T) is left unchanged
/// exactly, whatever the step size; too large a one shows in <see cref="AcceptanceRate"/>. Unadjusted (ULA), all steps are
/// taken: chains keep moving, towards a density that is off by an amount that vanishes with the step size. On
/// E = x² / (2 s²), for example, their variance is T s² / (1 - ε / (4 s²)).</para>
/// <para>Sources: Roberts and Tweedie 1996, "Exponential convergence of Langevin distributions and their discrete
/// approximations"; Besag 1994.</para>
/// </remarks>
public sealed record Langevin
{
    /// <summary>
    /// ε, more than 0: the variance of a step's noise, in the squared units of the data. Default: 0.01, for data whose
    /// narrowest features are about 0.1 wide.
    /// </summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>Steps of one <see cref="Run"/>, 1 or more. Default: 10.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Whether steps are proposals that the Metropolis-Hastings rule accepts or not. Default: true.</summary>
    public bool Adjusted { get; init; } = true;

    /// <summary>
    /// T, more than 0; with 1, the default, chains draw from exp(-E) / Z. Less noise than that, as is often used with large
    /// steps for images, is a low temperature: noise of deviation σ is T = σ² / ε.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// The least value of any unit. Default: there is none. An adjusted chain rejects steps that leave the bounds, and so draws from the
    /// density within them; an unadjusted one is put back to the nearest bound.
    /// </summary>
    public double Lower { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value of any unit; see <see cref="Lower"/>. Default: there is none.</summary>
    public double Upper { get; init; } = double.PositiveInfinity;

    private bool HasBounds => double.IsFinite(Lower) || double.IsFinite(Upper);

    /// <summary>Takes <see cref="Steps"/> steps from given states.</summary>
    /// <param name="energy">
    /// Maps states <c>[chains, D]</c> to energies <c>[chains]</c>, in nats, each row for itself and without noise; autograd
    /// must be able to follow it.
    /// </param>
    /// <param name="start">First states, <c>[chains, D]</c>; left as they are.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <param name="clamped">
    /// Which units are held, <c>bool</c>, <c>[chains, D]</c> or <c>[1, D]</c>: the others then follow their density given
    /// those. Null for none.
    /// </param>
    /// <returns>Last states, <c>[chains, D]</c>.</returns>
    /// <exception cref="ArgumentException">A tensor or an option does not fit.</exception>
    public Tensor Run(Func<Tensor, Tensor> energy, Tensor start, Generator? generator = null, Tensor? clamped = null)
        => Chain(energy, start, generator, clamped, null);

    /// <summary>
    /// The part of proposals that is accepted in one <see cref="Run"/>, to choose the step size by: about 0.57 is best for
    /// smooth densities of many dimensions (Roberts and Rosenthal 1998); 1 where steps are not adjusted.
    /// </summary>
    /// <param name="energy">As for <see cref="Run"/>.</param>
    /// <param name="start">First states, <c>[chains, D]</c>; left as they are.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns>0 to 1: the mean over chains and steps.</returns>
    /// <exception cref="ArgumentException">A tensor or an option does not fit.</exception>
    public double AcceptanceRate(Func<Tensor, Tensor> energy, Tensor start, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        if (!Adjusted)
            return 1;
        ArgumentNullException.ThrowIfNull(start);
        var accepted = torch.zeros(1, ScalarType.Int64, start.device);
        _ = Chain(energy, start, generator, null, accepted);
        return (double)accepted.item<long>() / (start.shape[0] * Steps);
    }

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Guard.Option(StepSize > 0 && double.IsFinite(StepSize), nameof(StepSize), StepSize, "more than 0");
        Guard.Option(Steps >= 1, nameof(Steps), Steps, "1 or more");
        Guard.Option(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "more than 0");
        Guard.Option(Lower < Upper, nameof(Lower), Lower, $"less than {nameof(Upper)}");
    }

    private Tensor Chain(Func<Tensor, Tensor> energy, Tensor start, Generator? generator, Tensor? clamped, Tensor? acceptances)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(start);
        if (clamped is not null)
            Guard.Mask(clamped, start);
        Validate();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = start.clone();
        // Both are written to below, and could be views of the states, or of one element.
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
            // log q(x' | x) and log q(x | x'), the densities of proposing the step and the way back.
            var forth = noise.Squared().sum(1).Over(-2);
            var back = (states - next).Plus(nextGradient, 0.5 * StepSize).Squared().sum(1).Over(-2 * StepSize * Temperature);
            var logRatio = (energies - nextEnergies).Over(Temperature).Plus(back) - forth;
            // Where the ratio is NaN, as of an energy that overflowed, nothing is accepted.
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

    private static (Tensor Energies, Tensor Gradient) Evaluate(Func<Tensor, Tensor> energy, Tensor states, Tensor? clamped)
    {
        using var grad = torch.enable_grad();
        var leaf = states.detach().requires_grad_();
        var energies = energy(leaf);
        if (energies.dim() != 1 || energies.shape[0] != states.shape[0])
            throw new ArgumentException($"Expected one energy a row, shape [{states.shape[0]}], found {Shapes.Text(energies)}.", nameof(energy));
        var gradient = torch.autograd.grad([energies.sum()], [leaf])[0];
        return (energies.detach(), Free(gradient, clamped));
    }

    /// <summary>Nothing moves what is held.</summary>
    private static Tensor Free(Tensor values, Tensor? clamped) => clamped is null ? values : torch.where(clamped, torch.zeros_like(values), values);

    private Tensor Bound(Tensor next, Tensor states, Tensor? clamped)
    {
        if (!HasBounds)
            return next;
        var bounded = next.Within(Lower, Upper);
        return clamped is null ? bounded : torch.where(clamped, states, bounded);
    }
}
