using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>Means over the rows of data of an update, of v and of E[h | v], which changes of the gradient use.</summary>
internal sealed class DataMeans(RbmPhases phases)
{
    /// <summary>Mean v, <c>[visible]</c>, of the dispose scope in which it was taken.</summary>
    public Tensor Visible { get; private set; } = null!;

    /// <summary>Mean E[h | v], <c>[hidden]</c>.</summary>
    public Tensor Hidden { get; private set; } = null!;

    /// <summary>Takes the means of an update, whose hidden means have been computed.</summary>
    public void Take() => (Visible, Hidden) = (ColumnSums.Mean(phases.Data.Visible), ColumnSums.Mean(phases.Data.HiddenMeans));
}
