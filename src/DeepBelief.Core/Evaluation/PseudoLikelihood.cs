namespace DeepBelief.Evaluation;

/// <summary>The sum over all units of log p(v_i | the others).</summary>
internal static class PseudoLikelihood
{
    private const long BlockRows = 500;

    /// <summary>The mean over rows of bits, <c>[rows, visible]</c>; checks for cancellation before each unit.</summary>
    public static double Mean(IEnergyModel model, Tensor states, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        var total = torch.zeros(1, ScalarType.Float64, states.device);
        foreach (var block in states.split(BlockRows))
        {
            // Free energies with one unit flipped minus those of the original rows.
            var difference = model is Rbm rbm ? OfRbm(rbm, block) : Any(model, block);
            for (var unit = 0L; unit < model.VisibleSize; unit++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var step = torch.NewDisposeScope();
                _ = total.Add(difference(unit).log_sigmoid().sum());
            }
        }

        return total.Number() / states.shape[0];
    }

    private static Func<long, Tensor> Any(IEnergyModel model, Tensor states)
    {
        var before = model.FreeEnergy(states).to(ScalarType.Float64);
        var flipped = states.clone();
        return unit =>
        {
            using var scope = torch.NewDisposeScope();
            var column = flipped.select(1, unit);
            _ = column.neg_().Add(1);
            var after = model.FreeEnergy(flipped).to(ScalarType.Float64);
            _ = column.neg_().Add(1);
            return (after - before).MoveToOuterDisposeScope();
        };
    }

    /// <summary>The same without a matrix product per unit: a flip changes the hidden inputs by one column of W.</summary>
    private static Func<long, Tensor> OfRbm(Rbm model, Tensor states)
    {
        var couplings = states.mm(model.Weight.t());
        var inputs = torch.empty_like(couplings);
        // Γ(I) - Γ(0), as the constant cancels.
        var before = torch.zeros(states.shape[0], ScalarType.Float64, states.device).Add(model.Visible.Energy(states));
        var cumulant = torch.zeros_like(before);
        model.Hidden.AddCumulantDifference(couplings, 0, 1, cumulant);
        _ = before.sub_(cumulant);
        var columns = model.Weight.t().contiguous();
        var flipped = states.clone();
        var after = torch.zeros_like(before);
        return unit =>
        {
            using var scope = torch.NewDisposeScope();
            var column = flipped.select(1, unit);
            var change = OneMinus(column.Times(2));
            _ = column.Add(change);
            _ = inputs.copy_(couplings).addr_(change, columns.select(0, unit));
            _ = cumulant.zero_();
            model.Hidden.AddCumulantDifference(inputs, 0, 1, cumulant);
            _ = after.copy_(model.Visible.Energy(flipped)).sub_(cumulant);
            _ = column.sub_(change);
            return (after - before).MoveToOuterDisposeScope();
        };
    }
}
