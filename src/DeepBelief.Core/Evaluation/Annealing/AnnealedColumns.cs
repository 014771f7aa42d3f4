using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Columns of rows with the distribution p_0 at which their annealing begins, independent of all others, and the steps that they take.</summary>
internal abstract class AnnealedColumns : IDisposable
{
    // Beyond that, neighbours are more alike than any two states, and a table of all of them large.
    private const long MostListed = 1024;

    /// <summary>log of the sum or integral of p*_0.</summary>
    public virtual double LogPartition => 0;

    /// <summary>True if <see cref="Tune"/> has to find out how long steps can be.</summary>
    public virtual bool AreTuned => false;

    /// <summary>
    /// All columns of a model, numbers of intervals last, as one; data, <c>[rows, visible]</c>, tell where they begin. Null if the
    /// states of its units are not known.
    /// </summary>
    public static IReadOnlyList<AnnealedColumns>? Of(IEnergyModel model, Tensor? data)
    {
        if (model.States().Columns(model.VisibleSize) is not { } kinds)
            return null;
        var like = model.Representative();
        var columns = new List<AnnealedColumns>();
        var intervals = new List<(Interval Interval, long Start)>();
        foreach (var (kind, start) in kinds.WithStarts())
        {
            if (kind is Interval interval)
                intervals.Add((interval, start));
            else if (kind is Sites { Width: 1, States: > MostListed } counts)
                columns.Add(new CountColumns(counts, start, data, like));
            else
                columns.Add(new ListedColumns((Sites)kind, start, data, like));
        }

        if (intervals.Count > 0)
            columns.Add(new RealColumns(intervals, model.VisibleSize, data, like));
        return columns;
    }

    /// <summary>log p*_0 of each row, float64, <c>[rows]</c>.</summary>
    public abstract Tensor LogBase(Tensor rows);

    /// <summary>Draws these columns of rows from p_0.</summary>
    public abstract void SampleBase(Tensor rows, Generator? generator);

    /// <summary>Moves these columns of rows to the nearest states.</summary>
    public abstract void Round(Tensor rows);

    /// <summary>Gets ready for so many steps of tuning.</summary>
    public virtual void Prepare(AnnealingOptions options, int steps)
    {
    }

    /// <summary>Takes a step as <see cref="Move"/> does, and notes under its number how long the next should be.</summary>
    public virtual void Tune(FreeEnergyChains chains, double beta, int step) => Move(chains, beta, step);

    /// <summary>Takes a step that leaves p_β invariant, as long as the given step of tuning has found.</summary>
    public abstract void Move(FreeEnergyChains chains, double beta, int tuned);

    public abstract void Dispose();
}
