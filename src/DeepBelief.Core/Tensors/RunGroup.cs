namespace DeepBelief.Tensors;

/// <summary>
/// A group during one call of the library in which its ranks work together. Before ranks exchange anything they tell each other
/// whether all can go on, so that what ends the call on one ends it on all, whatever they are at.
/// </summary>
/// <remarks>
/// All ranks make the same collectives in the same order, and every one begins with the same sum, of a number from each rank. So
/// one that fails knows in which call the others wait for it, or will. Updates are the exception: their single sum, of the gradients, has
/// room for these numbers, and takes their place from <see cref="Through"/> on.
/// </remarks>
internal sealed class RunGroup : IProcessGroup
{
    private readonly IProcessGroup ranks;
    private Func<RankState, RankState[]>? updates;
    private bool isOver; // all know that the call has ended, or can't be told

    private RunGroup(IProcessGroup ranks) => this.ranks = ranks;

    public int Rank => ranks.Rank;

    public int Size => ranks.Size;

    /// <summary>True if one was cancelled, and so all have stopped.</summary>
    public bool AreCancelled { get; private set; }

    /// <summary>Makes a call of the library whose ranks fail together.</summary>
    /// <param name="group">The caller's group; null for none.</param>
    /// <param name="call">The call, given the group that it is to use.</param>
    public static TResult Run<TResult>(IProcessGroup? group, Func<RunGroup?, TResult> call)
    {
        // A part of a call leaves it to the whole to tell the others.
        if (group is null or RunGroup)
            return call((RunGroup?)group);
        var own = new RunGroup(group);
        return own.Run(() => call(own));
    }

    /// <summary>Makes another call of the library whose ranks fail together, and returns when it has succeeded on all.</summary>
    public TResult Run<TResult>(Func<TResult> call)
    {
        (isOver, AreCancelled) = (false, false);
        TResult? result = default;
        try
        {
            result = call();
            Confirm();
            return result;
        }
        catch (Exception e)
        {
            (result as IDisposable)?.Dispose();
            Fail(e, e is OperationCanceledException { CancellationToken.IsCancellationRequested: true });
            throw;
        }
    }

    public override string? ToString() => ranks.ToString();

    public void AllReduce(Tensor tensor) => Together(group => group.AllReduce(tensor));

    public void Broadcast(Tensor tensor, int root = 0) => Together(group => group.Broadcast(tensor, root));

    public void Barrier() => Confirm();

    /// <summary>Makes collectives, once all ranks have come so far.</summary>
    /// <exception cref="OperationCanceledException">A rank was cancelled.</exception>
    /// <exception cref="GroupFailedException">Another rank has failed.</exception>
    public void Together(Action<IProcessGroup> collectives)
    {
        Confirm();
        Call(collectives);
    }

    /// <summary>Returns when all ranks have come so far.</summary>
    /// <inheritdoc cref="Together"/>
    public void Confirm() => Judge(Exchange(RankState.Fine));

    /// <summary>Tells the other ranks that this one ends, unless they know.</summary>
    public void Fail(Exception reason, bool isCancelled)
    {
        if (isOver)
            return;
        try
        {
            Judge(Exchange(isCancelled ? RankState.Cancelled : RankState.Failed), isCancelled ? null : $"{reason.GetType().Name}: {reason.Message}");
        }
        catch (Exception e) when (e is GroupFailedException or OperationCanceledException)
        {
            // The call ends by what ended it here.
        }

        isOver = true;
    }

    /// <summary>Has ranks tell each other their states by a sum of the run's own; null to tell them by themselves again. All ranks do it at once.</summary>
    public void Through(Func<RankState, RankState[]>? sum) => updates = sum;

    /// <summary>Makes a sum that has the ranks' states in it, which <see cref="Judge"/> is to see.</summary>
    public void Sum(Tensor tensor) => Call(group => group.AllReduce(tensor));

    /// <summary>Ends the call here if it has ended on any rank.</summary>
    /// <param name="states">What each rank has told.</param>
    /// <param name="reason">What has ended it here; null if nothing has.</param>
    public void Judge(RankState[] states, string? reason = null)
    {
        if (Array.IndexOf(states, RankState.Failed) is >= 0 and var failed)
        {
            isOver = true;
            var told = ranks.FirstText(reason);
            if (reason is null)
                throw new GroupFailedException($"Rank {failed} has ended the run: {told?.Text}");
        }
        else if (Array.IndexOf(states, RankState.Cancelled) is >= 0 and var cancelled)
        {
            (isOver, AreCancelled) = (true, true);
            throw new OperationCanceledException($"Rank {cancelled} was cancelled.");
        }
    }

    /// <summary>Ends the call by what all ranks have found out together.</summary>
    public GroupFailedException End(string message)
    {
        isOver = true;
        return new GroupFailedException(message);
    }

    private RankState[] Exchange(RankState own)
    {
        if (updates is not null)
            return updates(own);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = torch.zeros(Size, ScalarType.Float32, torch.CPU);
        _ = states.narrow(0, Rank, 1).Fill((double)own);
        Sum(states);
        return [.. states.data<float>().ToArray().Select(state => (RankState)state)];
    }

    private void Call(Action<IProcessGroup> collectives)
    {
        try
        {
            collectives(ranks);
        }
        catch
        {
            // What the others wait for now, nobody knows.
            isOver = true;
            throw;
        }
    }
}

/// <summary>What a rank tells the others of itself.</summary>
internal enum RankState
{
    Fine,
    Cancelled,
    Failed,
}
