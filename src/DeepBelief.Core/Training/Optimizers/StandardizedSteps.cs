using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Lets an optimizer step as if every unit whose variance is a parameter had a variance of 1: the steps of an RBM on data in any
/// unit, metres or millimetres, are then the same. The model keeps its parameters.
/// </summary>
/// <remarks>
/// With σ the deviations of the units now, 1 for units that have none, the optimizer sees W σ_h σ_v and b / σ (of ReLU units, whose
/// biases multiply states, b σ). After its step the weights follow the variances, so that the means σ²W of Gaussian units stay
/// where the step of W has put them.
/// </remarks>
internal sealed class StandardizedSteps
{
    private readonly Rbm rbm;
    private readonly Tensor? visibleOffset;
    private readonly DbmHalves? halves;
    private Tensor? factors; // σ_h σ_v, [hidden, visible]
    private Tensor? visibleDeviations;
    private Tensor? hiddenDeviations;

    /// <param name="rbm">The model.</param>
    /// <param name="visibleOffset">Visible states at which the hidden inputs stay when variances change; null for 0.</param>
    /// <param name="halves">The machine that the model is a view of, whose own weights the optimizer steps; null for none.</param>
    public StandardizedSteps(Rbm rbm, Tensor? visibleOffset, DbmHalves? halves = null)
        => (this.rbm, this.visibleOffset, this.halves) = (rbm, visibleOffset, halves);

    /// <summary>True if the model has units whose scale is not 1.</summary>
    public static bool Applies(Rbm rbm)
    {
        using var scope = torch.NewDisposeScope();
        return rbm.Visible.Variances is not null || rbm.Hidden.Variances is not null;
    }

    /// <summary>Changes parameters and gradients to standardised ones.</summary>
    /// <remarks>The current dispose scope has to last until <see cref="End"/>.</remarks>
    public void Begin()
    {
        halves?.Pull(gradients: true);
        visibleDeviations = rbm.Visible.Variances?.sqrt();
        hiddenDeviations = rbm.Hidden.Variances?.sqrt();
        factors = (visibleDeviations, hiddenDeviations?.unsqueeze(1)) switch
        {
            ({ } visible, { } hidden) => visible * hidden,
            ({ } visible, null) => visible,
            (null, var hidden) => hidden,
        };
        Change(rbm.Weight, factors!, Multiply);
        ChangeBiases(rbm.Visible, visibleDeviations, Divide);
        ChangeBiases(rbm.Hidden, hiddenDeviations, Divide);
        halves?.Push(values: true, gradients: true);
    }

    /// <summary>Changes the parameters back.</summary>
    public void End()
    {
        halves?.Pull();
        ChangeBack();
        halves?.Push(values: true, gradients: false);
    }

    private void ChangeBack()
    {
        var weight = rbm.Weight;
        Change(weight, factors!, Divide, gradient: false);
        ChangeBiases(rbm.Visible, visibleDeviations, Multiply, gradient: false);
        ChangeBiases(rbm.Hidden, hiddenDeviations, Multiply, gradient: false);
        if (visibleDeviations is null || !weight.requires_grad)
            return;
        // σ² before over σ² now, of Gaussian units.
        var ratio = torch.ones_like(visibleDeviations);
        foreach (var (part, start) in SharedInputs.Parts(rbm.Visible).Where(columns => columns.Part is GaussianUnits))
            _ = ratio.narrow(0, start, part.Size).copy_(visibleDeviations.narrow(0, start, part.Size).Squared() / part.Variances!);
        if (visibleOffset is not null)
            SharedInputs.Add(rbm.Hidden, weight.mv(visibleOffset * OneMinus(ratio)));
        _ = weight.mul_(ratio);
    }

    // A bias of Gaussian units is a state; one of ReLU units multiplies states.
    private static void ChangeBiases(UnitLayer layer, Tensor? deviations, Action<Tensor, Tensor> ofStates, bool gradient = true)
    {
        if (deviations is null)
            return;
        foreach (var (part, start) in SharedInputs.Parts(layer).Where(columns => columns.Part.Variances is not null))
        {
            foreach (var (bias, scale) in part.LinearTerms)
                Change(bias, deviations.narrow(0, start, part.Size), scale is null ? Other(ofStates) : ofStates, gradient);
        }
    }

    // Parameters that are not trained keep every bit: there and back would round them.
    private static void Change(Parameter parameter, Tensor factor, Action<Tensor, Tensor> change, bool gradient = true)
    {
        if (!parameter.requires_grad)
            return;
        change(parameter, factor);
        if (gradient && parameter.grad is { } own)
            Other(change)(own, factor);
    }

    private static Action<Tensor, Tensor> Other(Action<Tensor, Tensor> change) => change == Multiply ? Divide : Multiply;

    private static void Multiply(Tensor tensor, Tensor factor) => _ = tensor.mul_(factor);

    private static void Divide(Tensor tensor, Tensor factor) => _ = tensor.div_(factor);

    private static Tensor OneMinus(Tensor values) => values.neg().Plus(1);
}
