namespace DeepBelief.Tests.Support;

/// <summary>Has torch use so many threads, as many as before once disposed.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int before = torch.get_num_threads();

    public TorchThreads(int threads) => torch.set_num_threads(threads);

    public void Dispose() => torch.set_num_threads(before);
}
