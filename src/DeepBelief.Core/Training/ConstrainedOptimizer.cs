namespace DeepBelief.Training;

/// <summary>
/// Any optimizer, with what the options ask for before and after its updates: an L1 penalty, a bound on the gradient, and
/// one on the weights.
/// </summary>
/// <remarks>All of it stays on the device: no number is read back.</remarks>
internal sealed class ConstrainedOptimizer(Optimizer inner, OptimizationOptions options) : Optimizer(inner.Parameters)
{
    // Weights as opposed to biases, which neither the penalty nor the bound is for.
    private readonly Parameter[] weights = [.. inner.Parameters.Where(p => p.dim() >= 2)];

    public override double LearningRate
    {
        get => inner.LearningRate;
        set => inner.LearningRate = value;
    }

    public override IReadOnlyDictionary<string, Tensor> State => inner.State;

    public override void BeginEpoch(int epoch, int epochs) => inner.BeginEpoch(epoch, epochs);

    public override void Update()
    {
        if (options.L1Penalty is { } penalty)
            AddPenalty(penalty);
        if (options.MaxGradientNorm is { } mostGradient)
            Clip(mostGradient);
        inner.Update();
        if (options.MaxWeightNorm is { } mostWeight)
            Bound(mostWeight);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void AddPenalty(double penalty)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var weight in weights)
            _ = weight.grad?.Add(weight.sign(), penalty);
    }

    private void Clip(double most)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor[] gradients = [.. Parameters.Select(p => p.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return;
        var norm = torch.stack(gradients.Select(g => g.norm())).norm();
        // A norm of zero gives infinity here, and a factor of 1.
        var factor = norm.reciprocal().Times(most).AtMost(1);
        foreach (var gradient in gradients)
            _ = gradient.mul_(factor);
    }

    private void Bound(double most)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var weight in weights)
        {
            var factors = weight.flatten(1).norm(1).reciprocal().Times(most).AtMost(1);
            var shape = Enumerable.Repeat(1L, (int)weight.dim()).ToArray();
            shape[0] = -1;
            _ = weight.mul_(factors.view(shape));
        }
    }
}
