using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>
/// A model whose training is arithmetic: each batch lowers the gradient by one, so plain SGD adds the learning rate to
/// <c>w</c>; reconstructions are off by w - 3. It keeps what it was given.
/// </summary>
internal sealed class CountingModel : torch.nn.Module, IEnergyModel
{
    private readonly Parameter w;

    public CountingModel(long size = 1)
        : base(nameof(CountingModel))
    {
        VisibleSize = size;
        w = new Parameter(torch.zeros(1));
        _ = w.DetachFromDisposeScope();
        RegisterComponents();
    }

    public long VisibleSize { get; }

    public UnitSupport VisibleSupport => UnitSupport.Real;

    public List<float[]> Batches { get; } = [];

    public double W => w.detach().ToDouble();

    /// <summary>The first column of the rows that were measured after each epoch.</summary>
    public List<float[]> Evaluated { get; } = [];

    /// <summary>From which batch on (from 0) the gradient is NaN; never by default.</summary>
    public int BreaksAt { get; init; } = int.MaxValue;

    public Action? OnBatch { get; set; }

    public Tensor FreeEnergy(Tensor visible) => torch.zeros(visible.shape[0]);

    public Tensor Transition(Tensor visible, Generator? generator = null) => visible.clone();

    public Tensor Reconstruct(Tensor visible, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        Evaluated.Add(visible.select(1, 0).contiguous().data<float>().ToArray());
        return (visible + (w.detach() - 3)).MoveToOuterDisposeScope();
    }

    public void AccumulateGradient(Tensor data, Tensor model)
    {
        using var scope = torch.NewDisposeScope();
        OnBatch?.Invoke();
        var gradient = w.grad ?? torch.zeros(1);
        w.grad = gradient - (Batches.Count >= BreaksAt ? double.NaN : 1.0);
        Batches.Add(data.contiguous().data<float>().ToArray());
    }
}
