using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The rows of a batch that a rank of a group reads.</summary>
/// <param name="Start">Its first row in the batch.</param>
/// <param name="Count">Number of rows, 1 or more: where there are more ranks than rows, some read a row of another's.</param>
/// <param name="Part">The part of the batch that the rows are: 0 of a row of another's.</param>
internal readonly record struct RankShare(long Start, long Count, double Part)
{
    /// <summary>The share of this rank; of a process alone all rows.</summary>
    public static RankShare Of(IProcessGroup? group, long rows)
    {
        if (group is null)
            return new(0, rows, 1);
        var (start, count) = ProcessGroups.Range(group, rows);
        return count > 0 ? new(start, count, (double)count / rows) : new(group.Rank % rows, 1, 0);
    }
}
