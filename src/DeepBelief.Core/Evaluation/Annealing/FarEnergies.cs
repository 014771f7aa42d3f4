using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Looks for directions in which exp(-F) does not fall off, so that Z, its sum or integral, would be infinite.</summary>
/// <remarks>
/// In the direction of one unit, Z is finite if exp(-F) falls faster than 1/t far out; in those of d units at once, than 1/t^d. So F has
/// to grow by more than d log 2 from one distance to twice as far. No finite number of directions proves that Z is finite.
/// </remarks>
internal static class FarEnergies
{
    // In deviations of the states.
    private const double Distance = 1000;

    private const int ColumnsAtOnce = 500;

    /// <summary>What is wrong far from states, <c>[rows, visible]</c>, of about where the model has its mass; null if nothing is.</summary>
    public static string? Warning(IEnergyModel model, Tensor states)
    {
        if (model.States().Columns(model.VisibleSize) is not { } kinds)
            return null;
        bool[] up = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind is Interval { Most: double.PositiveInfinity } or Sites { AreFinite: false }, (int)kind.Units))];
        bool[] down = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind is Interval { Least: double.NegativeInfinity }, (int)kind.Units))];
        if (!up.Contains(true) && !down.Contains(true))
            return null;

        using var noGrad = torch.no_grad();
        using var inside = InputChecks.Enter();
        using var scope = torch.NewDisposeScope();
        var from = states.to(ScalarType.Float64);
        var away = from - from.mean([0L]);
        var deviation = away.Squared().mean([0L]).sqrt();
        deviation = torch.where(deviation.IsAbove(0), deviation, torch.ones_like(deviation));
        return FailsAlongStates() || FailsAlongColumns(up, 1) || FailsAlongColumns(down, -1)
            ? "Far from these states, exp(-F) does not fall off as it must for a finite Z: the estimate may be one of infinity. Let the energy grow without bound, or give the units bounds."
            : null;

        // Through each state from the mean of all, in the columns that have no end there.
        bool FailsAlongStates()
        {
            var (isUp, isDown) = (torch.tensor(up, ScalarType.Bool, states.device), torch.tensor(down, ScalarType.Bool, states.device));
            var signed = torch.where(isUp.logical_and(isDown), away, torch.where(isUp, away.abs(), away.abs().neg()));
            return Fails(from, torch.where(isUp.logical_or(isDown), signed, torch.zeros_like(signed)));
        }

        bool FailsAlongColumns(bool[] endless, int sign)
            => endless.Index().Where(column => column.Item).Select(column => (long)column.Index).Chunk(ColumnsAtOnce).Any(chunk =>
            {
                using var chunkScope = torch.NewDisposeScope();
                var columns = torch.tensor(chunk, ScalarType.Int64, states.device);
                var steps = deviation.index_select(0, columns).Times(sign).unsqueeze(1);
                return Fails(from.narrow(0, 0, 1), torch.zeros(chunk.Length, model.VisibleSize, ScalarType.Float64, states.device).scatter_(1, columns.unsqueeze(1), steps));
            });

        bool Fails(Tensor start, Tensor direction)
        {
            using var rowsScope = torch.NewDisposeScope();
            var (near, far) = (Rows(start.Plus(direction, Distance)), Rows(start.Plus(direction, 2 * Distance)));
            var moved = near.ne(far).sum(dim: 1).to(ScalarType.Float64);
            // A NaN, of energies that overflow, tells nothing.
            var growth = model.FreeEnergy(far).to(ScalarType.Float64) - model.FreeEnergy(near).to(ScalarType.Float64);
            return growth.le(moved.Times(Math.Log(2))).logical_and(moved.IsAbove(0)).any().item<bool>();
        }

        Tensor Rows(Tensor places)
            => torch.cat([.. kinds.WithStarts().Select(part =>
            {
                var columns = places.narrow(1, part.Start, part.Columns.Units).to(states.dtype);
                return part.Columns is Sites sites ? sites.Nearest(columns) : columns;
            })], 1);
    }
}
