namespace DeepBelief.Tensors;

/// <summary>Has torch and the kernels compute on the calling thread alone, until disposed. Other threads notice nothing.</summary>
/// <remarks>For small steps: to hand a part of a product to another thread can take longer than the product.</remarks>
internal readonly ref struct SingleThread : IDisposable
{
    // About a fifth of a millisecond of one core: less than it may take until another has woken up.
    private const long SmallProduct = 10_000_000;

    private readonly int before;
    private readonly int mklBefore;

    /// <summary>Begins if the largest product has few multiply-adds, and torch uses more than one thread.</summary>
    public SingleThread(long multiplyAdds)
    {
        if (multiplyAdds >= SmallProduct || torch.get_num_threads() is not (> 1 and var threads))
            return;
        mklBefore = 1;
        before = OpenMp.TrySetThreads(1, ref mklBefore) ? threads : 0;
    }

    public void Dispose()
    {
        var mkl = mklBefore;
        if (before > 0)
            _ = OpenMp.TrySetThreads(before, ref mkl);
    }
}
