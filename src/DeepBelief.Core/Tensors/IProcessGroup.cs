namespace DeepBelief.Tensors;

/// <summary>The processes that train or evaluate one model together, each on its share of the rows: its ranks.</summary>
/// <remarks>
/// <para>The package DeepBelief.Distributed has the groups: <c>MpiGroup</c>, of the processes that <c>mpirun</c> started, and
/// <c>ThreadGroup</c>, of threads, to try a program out. One of your own implements this interface.</para>
/// <para>The methods are collectives: every rank calls the same ones in the same order, with tensors of the same shape and type. They
/// return when the rank's own part is done, and leave the same bits on all ranks. A group serves one thread at a time.</para>
/// </remarks>
public interface IProcessGroup
{
    /// <summary>This process's number, from 0 to <see cref="Size"/> - 1.</summary>
    int Rank { get; }

    /// <summary>Number of ranks, 1 or more.</summary>
    int Size { get; }

    /// <summary>Replaces a tensor by its sum over all ranks, the same bits on each.</summary>
    /// <param name="tensor">float32 or float64, of any shape, on any device; changed in place.</param>
    /// <exception cref="GroupFailedException">Another rank is gone, or did not come in time.</exception>
    void AllReduce(Tensor tensor);

    /// <summary>Replaces a tensor by that of one rank.</summary>
    /// <param name="tensor">Of any type and shape, on any device; changed in place on all ranks but the root.</param>
    /// <param name="root">The rank whose values all get. Default: 0.</param>
    /// <exception cref="GroupFailedException">Another rank is gone, or did not come in time.</exception>
    void Broadcast(Tensor tensor, int root = 0);

    /// <summary>Returns when all ranks have called it.</summary>
    /// <exception cref="GroupFailedException">Another rank is gone, or did not come in time.</exception>
    void Barrier();
}
