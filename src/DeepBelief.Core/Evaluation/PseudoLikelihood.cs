using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>The sum over all sites, units or groups of units, of log p(v_i | the others).</summary>
internal static class PseudoLikelihood
{
    private const long BlockRows = 500;

    // Of the counts without an end, the sum is whole when twice as many states add no more than this to its logarithm.
    private const double Rest = 1e-9;
    private const long FewestCounts = 64;
    private const int MostDoublings = 8;

    /// <summary>Each row's sum, in nats, float64, <c>[rows]</c>, of rows of states, <c>[rows, visible]</c>; checks for cancellation before each site.</summary>
    public static Tensor Rows(IEnergyModel model, JointStates joint, Tensor states, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        return torch.cat([.. states.split(BlockRows).Select(Block)]).MoveToOuterDisposeScope();

        Tensor Block(Tensor block)
        {
            using var blockScope = torch.NewDisposeScope();
            var total = torch.zeros(block.shape[0], ScalarType.Float64, block.device);
            foreach (var logOdds in model is Rbm rbm && rbm.VisibleSupport == UnitSupport.Binary ? OfRbm(rbm, block) : Any(model, joint, block))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var step = torch.NewDisposeScope();
                _ = total.Add(logOdds().log_sigmoid());
            }

            return total.MoveToOuterDisposeScope();
        }
    }

    /// <summary>For each site, log p(its state | the others) - log p(any other state | the others).</summary>
    private static IEnumerable<Func<Tensor>> Any(IEnergyModel model, JointStates joint, Tensor states)
    {
        var before = model.FreeEnergy(states).to(ScalarType.Float64);
        var changed = states.clone();
        return
            from part in joint.Parts
            where part.Sites.States > 1
            from site in Enumerable.Range(0, checked((int)part.Sites.Count))
            select (Func<Tensor>)(() => LogOdds(part.Sites, part.Start + (site * part.Sites.Width)));

        Tensor LogOdds(Sites sites, long first)
        {
            using var scope = torch.NewDisposeScope();
            var units = changed.narrow(1, first, sites.Width);
            var numbers = sites.Numbers(units);
            var own = units.clone();
            var others = sites.AreFinite ? OfAll() : OfCounts();
            _ = units.copy_(own);
            return others.neg().MoveToOuterDisposeScope();

            Tensor OfAll()
            {
                Tensor? sum = null;
                for (var shift = 1L; shift < sites.States; shift++)
                {
                    var logRatio = LogRatio(sites.Shifted(numbers, torch.tensor(shift, ScalarType.Int64, numbers.device)));
                    sum = sum?.logaddexp(logRatio) ?? logRatio;
                }

                return sum!;
            }

            Tensor OfCounts()
            {
                var never = torch.empty_like(before).Fill(double.NegativeInfinity);
                var sum = never.clone();
                var (number, end) = (0L, FewestCounts + (2 * (long)numbers.max().Number()));
                for (var doublings = 0; doublings <= MostDoublings; doublings++)
                {
                    var sumBefore = sum.clone();
                    for (; number < end; number++)
                    {
                        using var step = torch.NewDisposeScope();
                        var same = torch.tensor(number, ScalarType.Int64, numbers.device).expand_as(numbers);
                        _ = sum.copy_(sum.logaddexp(torch.where(numbers.eq(same), never, LogRatio(same))));
                    }

                    if (sum.le(sumBefore.Plus(Rest)).all().item<bool>())
                        return sum;
                    end *= 2;
                }

                throw new ArgumentException($"Expected counts whose probabilities, given the other units, fall off, found a unit with others, up to {end / 2}.", nameof(model));
            }

            Tensor LogRatio(Tensor other)
            {
                _ = units.copy_(sites.Values(other, states.dtype));
                return before - model.FreeEnergy(changed).to(ScalarType.Float64);
            }
        }
    }

    /// <summary>The same for bits, without a matrix product per unit: a flip changes the hidden inputs by one column of W.</summary>
    private static IEnumerable<Func<Tensor>> OfRbm(Rbm model, Tensor states)
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
        return Enumerable.Range(0, checked((int)model.VisibleSize)).Select(unit => (Func<Tensor>)(() =>
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
        }));
    }
}
