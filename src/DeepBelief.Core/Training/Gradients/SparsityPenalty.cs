using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>Adds the gradient of the penalty of <see cref="SparsityOptions"/>.</summary>
internal sealed class SparsityPenalty : GradientChange
{
    private readonly Rbm rbm;
    private readonly DataMeans means;
    private readonly SparsityOptions options;
    private readonly Tensor activity; // q, the moving mean of E[h | v]
    private readonly Tensor? evenActivity; // that of the even hidden layers of a Dbm, which are visible units of the view
    private readonly long firstEven;

    /// <param name="rbm">An RBM with binary hidden units.</param>
    /// <param name="means">The means of the update.</param>
    /// <param name="options">The target, cost and decay.</param>
    /// <param name="hiddenMean">Initial moving mean, <c>[hidden]</c>.</param>
    /// <param name="visibleMean">The initial moving mean of the visible units of a view, <c>[visible]</c>; null if none of them is hidden.</param>
    /// <param name="firstEven">The first of the visible units that is hidden.</param>
    public SparsityPenalty(Rbm rbm, DataMeans means, SparsityOptions options, Tensor hiddenMean, Tensor? visibleMean = null, long firstEven = 0)
    {
        (this.rbm, this.means, this.options) = (rbm, means, options);
        activity = hiddenMean.clone().DetachFromDisposeScope();
        this.firstEven = firstEven;
        evenActivity = visibleMean is not null && firstEven < rbm.VisibleSize ? Even(visibleMean).clone().DetachFromDisposeScope() : null;
        State = evenActivity is null
            ? new Dictionary<string, Tensor> { ["activity"] = activity }
            : new Dictionary<string, Tensor> { ["activity"] = activity, ["activity_even"] = evenActivity };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override void Apply()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (visible, hidden) = (means.Visible, means.Hidden);
        var byInput = ByInput(activity, hidden);
        SharedInputs.AddGradient(rbm.Hidden, byInput);
        var weight = Gradients.Of(rbm.Weight);
        _ = weight?.addr_(byInput, visible);
        if (evenActivity is null)
            return;
        var byEven = ByInput(evenActivity, Even(visible));
        SharedInputs.AddGradient(rbm.Visible, torch.cat([torch.zeros(firstEven, byEven.dtype, byEven.device), byEven]));
        _ = weight?.narrow(1, firstEven, byEven.shape[0]).addr_(hidden, byEven);
    }

    /// <summary>Moves the mean activity on and returns the gradient with respect to the units' inputs.</summary>
    private Tensor ByInput(Tensor moving, Tensor mean)
        => moving.Scale(options.Decay).Add(mean, 1 - options.Decay).Minus(options.Target).Times(options.Cost);

    private Tensor Even(Tensor ofVisible) => ofVisible.narrow(0, firstEven, rbm.VisibleSize - firstEven);
}
