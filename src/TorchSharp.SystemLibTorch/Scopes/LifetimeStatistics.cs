namespace TorchSharp;

/// <summary>Counts of what was made and disposed.</summary>
public class LifetimeStatistics
{
    /// <summary>How many were made while there was no scope.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }

    /// <summary>How many were disposed that were in no scope.</summary>
    public long DisposedOutsideScopeCount { get; internal set; }

    /// <summary>How many were made in a scope.</summary>
    public long CreatedInScopeCount { get; internal set; }

    /// <summary>How many were disposed that were in a scope.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>How many were put into a scope after they were made.</summary>
    public long AttachedToScopeCount { get; internal set; }

    /// <summary>How many were taken out of all scopes.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>How many were made and not disposed.</summary>
    public long ThreadTotalLiveCount =>
        CreatedInScopeCount - DisposedInScopeCount + CreatedOutsideScopeCount - DisposedOutsideScopeCount;

    /// <summary>Sets all counts to zero.</summary>
    public void Reset()
    {
        CreatedOutsideScopeCount = 0;
        DisposedOutsideScopeCount = 0;
        CreatedInScopeCount = 0;
        DisposedInScopeCount = 0;
        AttachedToScopeCount = 0;
        DetachedFromScopeCount = 0;
    }

    /// <summary>All counts.</summary>
    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; " +
        $"CreatedOutsideScopeCount: {CreatedOutsideScopeCount}; " +
        $"DisposedOutsideScopeCount: {DisposedOutsideScopeCount}; " +
        $"CreatedInScopeCount: {CreatedInScopeCount}; " +
        $"DisposedInScopeCount: {DisposedInScopeCount}; " +
        $"AttachedToScopeCount: {AttachedToScopeCount}; " +
        $"DetachedFromScopeCount: {DetachedFromScopeCount}";
}
