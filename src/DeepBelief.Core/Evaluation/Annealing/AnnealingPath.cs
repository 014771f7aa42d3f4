using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Distributions from one with a known log Z, at inverse temperature 0, to a model, at 1.</summary>
internal abstract class AnnealingPath : IDisposable
{
    /// <summary>The path to a model that <see cref="Fault"/> has nothing against; data, <c>[rows, visible]</c>, bring its beginning closer.</summary>
    public static AnnealingPath To(IEnergyModel model, Tensor? data)
        => model is Rbm rbm ? new RbmPath(rbm, new BaseRatePath(rbm, data)) : new FreeEnergyPath(model, data);

    /// <summary>Why there is no path to a model; null if there is one.</summary>
    public static string? Fault(IEnergyModel model)
        => model is Rbm || model.States().Columns(model.VisibleSize) is not null
            ? null
            : $"Expected an RBM, or a model with a support that {nameof(UnitSupport)} makes, found {model.VisibleSupport} units, whose states the library does not know.";

    /// <summary>Steps that <see cref="Prepare"/> takes.</summary>
    public virtual int StepsOfPreparation => 0;

    /// <summary>Readies the path for its first chains.</summary>
    public virtual void Prepare(AnnealingOptions options, AnnealingClock clock)
    {
    }

    /// <summary>log Z at 0.</summary>
    public abstract double BaseLogPartition();

    /// <summary>Creates chains without a start.</summary>
    public abstract AnnealedChains Chains(long count, Generator? generator, AnnealingClock clock);

    public abstract void Dispose();
}
