namespace DeepBelief;

/// <summary>The rows of one phase of an update, as views of the tensors of <see cref="RbmPhases"/>.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Visible">v, <c>[rows, visible]</c>.</param>
/// <param name="HiddenInputs">v Wᵀ, <c>[rows, hidden]</c>.</param>
/// <param name="HiddenMeans">E[h | v], <c>[rows, hidden]</c>; computing the gradient scales those of the negative phase.</param>
internal sealed record RbmPhase(long Rows, Tensor Visible, Tensor HiddenInputs, Tensor HiddenMeans)
{
    public static RbmPhase Empty { get; } = new(0, null!, null!, null!);
}
