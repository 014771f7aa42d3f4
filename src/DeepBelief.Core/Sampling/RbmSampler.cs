using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>The chains of an <see cref="Rbm"/>: they fill the negative phase of an update, and do nothing else.</summary>
internal abstract class RbmSampler(Rbm rbm, int steps, Generator? generator) : NegativeSampler
{
    /// <summary>How many rows it draws for a batch of so many.</summary>
    public abstract long Rows(long batch);

    /// <summary>Fills v of the negative phase; v of the positive one is there.</summary>
    /// <param name="phases">The update's rows, already begun.</param>
    public void Fill(RbmPhases phases)
    {
        using var keys = RandomKey.Share(generator);
        Draw(phases);
    }

    public sealed override Tensor Sample(Tensor batch)
    {
        Guard.Rows(batch, rbm.VisibleSize, rbm.Weight);
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

    /// <summary>Runs chains k steps of block Gibbs sampling, but for h of the last one.</summary>
    /// <param name="phases">Takes v of the last step, as its negative phase.</param>
    /// <param name="hidden">h that the chains start at, <c>[chains, hidden]</c>; afterwards h of the last step but one.</param>
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

            _ = model.Visible.addmm_(hidden, rbm.Weight, beta: 0);
            rbm.Visible.Activate(model.Visible, null, model.Visible, generator);
        }
    }
}
