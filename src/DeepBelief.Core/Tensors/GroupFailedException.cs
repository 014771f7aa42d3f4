namespace DeepBelief.Tensors;

/// <summary>
/// The ranks of an <see cref="IProcessGroup"/> can't go on together: one of them has died or failed, did not come in time, or has other
/// parameters than the rest. All ranks that are left get it. A run goes on from its last checkpoint, with a new group.
/// </summary>
public sealed class GroupFailedException : Exception
{
    /// <summary>Creates an exception, as groups of your own throw it.</summary>
    /// <param name="message">What happened, and on which rank.</param>
    /// <param name="inner">The cause; null if there is none here.</param>
    public GroupFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
