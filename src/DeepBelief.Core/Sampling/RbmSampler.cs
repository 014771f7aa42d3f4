using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>The chains of an <see cref="Rbm"/>; they fill the negative phase of an update and nothing else.</summary>
internal abstract class RbmSampler(Rbm rbm, int steps, Generator? generator) : NegativeSampler
{
    /// <summary>Number of rows drawn for a batch of this size.</summary>
    public abstract long Rows(long batch);

    /// <summary>Multiply-adds of the largest product of an update with a batch of this size; by default that over the rows of both phases.</summary>
    public virtual long LargestProduct(long batch) => rbm.Weight.NumberOfElements * (batch + Rows(batch));

    /// <summary>Fills the negative phase's v; the phases have begun and contain the positive phase's v.</summary>
    public void Fill(RbmPhases phases)
    {
        using var keys = RandomKey.Share(generator);
        Draw(phases);
    }

    public sealed override Tensor Sample(Tensor batch)
    {
        rbm.CheckRows(batch);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var phases = new RbmPhases(rbm);
        phases.Begin(batch.size(0), Rows(batch.size(0)));
        _ = phases.Data.Visible.copy_(batch);
        Fill(phases);
        return phases.Model.Visible.clone().MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Fill"/>
    protected abstract void Draw(RbmPhases phases);

    /// <summary>Runs k block Gibbs steps, except for drawing the last h.</summary>
    /// <param name="phases">Receives the last v in its negative phase.</param>
    /// <param name="hidden">Initial h, <c>[chains, hidden]</c>, of the phases' type; overwritten with the h that the last v is drawn from.</param>
    protected void Run(RbmPhases phases, Tensor hidden)
    {
        var model = phases.Model;
        for (var step = 1; step <= steps; step++)
        {
            if (step > 1)
            {
                phases.SendUp(model);
                rbm.Hidden.Activate(model.HiddenInputs, null, hidden, generator);
            }

            phases.SendDown(hidden);
            rbm.Visible.Activate(model.Visible, null, model.Visible, generator);
            phases.ReplaceGaps(model);
        }
    }
}
