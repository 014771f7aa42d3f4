using DeepBelief.Sampling;

namespace DeepBelief.Tests.Support;

/// <summary>All negative phases. A new one joins the theories by its line here.</summary>
internal static class NegativePhases
{
    /// <summary>One phase of each kind, with a number of steps an update and of chains.</summary>
    public static IReadOnlyList<NegativePhase> All(int steps, int chains) =>
    [
        new ContrastiveDivergence(steps),
        new PersistentContrastiveDivergence(steps, chains),
        new PersistentContrastiveDivergence(steps, chains) { Jumps = false },
        new ParallelTempering(3, chains, steps),
        new ReplayBuffer(steps, chains, 2 * chains, 0.3, ReplayStart.Data),
    ];

    /// <summary>Those of them that take a model.</summary>
    public static IEnumerable<NegativePhase> For(IEnergyModel model, int steps, int chains)
        => All(steps, chains).Where(phase => Takes(phase, model));

    private static bool Takes(NegativePhase phase, IEnergyModel model)
    {
        try
        {
            phase.Check(model);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
