using DeepBelief.Tensors;

namespace DeepBelief.Distributed.Tests.Support;

/// <summary>A group that notes how many bytes its largest call has.</summary>
internal sealed class Counting(IProcessGroup group) : IProcessGroup
{
    public int Rank => group.Rank;

    public int Size => group.Size;

    public long Most { get; private set; }

    public void AllReduce(Tensor tensor)
    {
        Count(tensor);
        group.AllReduce(tensor);
    }

    public void Broadcast(Tensor tensor, int root = 0)
    {
        Count(tensor);
        group.Broadcast(tensor, root);
    }

    public void Barrier() => group.Barrier();

    private void Count(Tensor tensor) => Most = Math.Max(Most, tensor.numel() * tensor.element_size());
}
