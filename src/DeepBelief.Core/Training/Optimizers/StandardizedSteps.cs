using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Lets an optimizer step as if every Gaussian unit had a variance of 1: the steps of an RBM on data in any unit, metres or
/// millimetres, are then the same. The model keeps its parameters.
/// </summary>
/// <remarks>
/// With σ the deviations of the units now, 1 for units that have none, the optimizer sees W σ_h σ_v and b / σ. After its step the
/// weights follow the variances, so that the means σ²W stay where the step of W has put them.
/// </remarks>
internal sealed class StandardizedSteps
{
    private readonly Rbm rbm;
    private readonly Tensor? visibleOffset;
    private Tensor? factors; // σ_h σ_v, [hidden, visible]
    private Tensor? visibleDeviations;
    private Tensor? hiddenDeviations;

    /// <param name="rbm">The model.</param>
    /// <param name="visibleOffset">Visible states at which the hidden inputs stay when variances change; null for 0.</param>
    public StandardizedSteps(Rbm rbm, Tensor? visibleOffset) => (this.rbm, this.visibleOffset) = (rbm, visibleOffset);

    /// <summary>True if the model has units whose scale is not 1.</summary>
    public static bool Applies(Rbm rbm)
    {
        using var scope = torch.NewDisposeScope();
        return SharedInputs.Scales(rbm.Visible) is not null || SharedInputs.Scales(rbm.Hidden) is not null;
    }

    /// <summary>Changes parameters and gradients to standardised ones. The tensors of the current dispose scope last until <see cref="End"/>.</summary>
    public void Begin()
    {
        visibleDeviations = SharedInputs.Scales(rbm.Visible)?.sqrt();
        hiddenDeviations = SharedInputs.Scales(rbm.Hidden)?.sqrt();
        factors = (visibleDeviations, hiddenDeviations?.unsqueeze(1)) switch
        {
            ({ } visible, { } hidden) => visible * hidden,
            ({ } visible, null) => visible,
            (null, var hidden) => hidden,
        };
        Change(rbm.Weight, factors!, Multiply);
        ChangeBiases(rbm.Visible, visibleDeviations, Divide);
        ChangeBiases(rbm.Hidden, hiddenDeviations, Divide);
    }

    /// <summary>Changes the parameters back.</summary>
    public void End()
    {
        var weight = rbm.Weight;
        _ = weight.div_(factors!);
        ChangeBiases(rbm.Visible, visibleDeviations, Multiply, gradient: false);
        ChangeBiases(rbm.Hidden, hiddenDeviations, Multiply, gradient: false);
        if (visibleDeviations is null || !weight.requires_grad)
            return;
        // σ² before over σ² now.
        var ratio = visibleDeviations.Squared() / SharedInputs.Scales(rbm.Visible)!;
        if (visibleOffset is not null)
            AddToBiases(rbm.Hidden, weight.mv(visibleOffset * OneMinus(ratio)));
        _ = weight.mul_(ratio);
    }

    private static void ChangeBiases(UnitLayer layer, Tensor? deviations, Action<Tensor, Tensor> change, bool gradient = true)
    {
        if (deviations is null)
            return;
        var start = 0L;
        foreach (var (bias, scale) in layer.LinearTerms)
        {
            var size = bias.NumberOfElements;
            if (scale is not null)
                Change(bias, deviations.narrow(0, start, size), change, gradient);
            start += size;
        }
    }

    private static void Change(Parameter parameter, Tensor factor, Action<Tensor, Tensor> change, bool gradient = true)
    {
        change(parameter, factor);
        if (gradient && parameter.grad is { } own)
            (change == Multiply ? Divide : (Action<Tensor, Tensor>)Multiply)(own, factor);
    }

    private static void AddToBiases(UnitLayer layer, Tensor inputs)
    {
        var start = 0L;
        foreach (var (bias, scale) in layer.LinearTerms)
        {
            var size = bias.NumberOfElements;
            var own = inputs.narrow(0, start, size);
            _ = bias.Add(scale is null ? own : own * scale);
            start += size;
        }
    }

    private static void Multiply(Tensor tensor, Tensor factor) => _ = tensor.mul_(factor);

    private static void Divide(Tensor tensor, Tensor factor) => _ = tensor.div_(factor);

    private static Tensor OneMinus(Tensor values) => values.neg().Plus(1);
}
