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
/// where the step of W has put them, and biases of ReLU units in part.
/// </remarks>
internal sealed class StandardizedSteps
{
    private readonly Rbm? rbm; // null for an untied layer
    private readonly UnitLayer visible;
    private readonly UnitLayer hidden;
    private readonly Parameter weight;
    private readonly Parameter? generative; // [visible, hidden], of a layer with weights of its own down
    private readonly Tensor? visibleOffset;
    private readonly DbmHalves? halves;
    private Tensor? factors; // σ_h σ_v, [hidden, visible]
    private Tensor? visibleDeviations;
    private Tensor? hiddenDeviations;
    private bool isScaledInStep; // the weights: the optimizer does it

    /// <param name="rbm">The model.</param>
    /// <param name="visibleOffset">Visible states at which the hidden inputs stay when variances change; null for 0.</param>
    /// <param name="halves">The machine that the model is a view of, whose own weights the optimizer steps; null for none.</param>
    public StandardizedSteps(Rbm rbm, Tensor? visibleOffset, DbmHalves? halves = null)
    {
        (this.rbm, visible, hidden, weight) = (rbm, rbm.Visible, rbm.Hidden, rbm.Weight);
        (this.visibleOffset, this.halves) = (visibleOffset, halves);
    }

    /// <param name="layer">A layer each of whose weights follow the variances of the units that they lead to.</param>
    public StandardizedSteps(UntiedLayer layer)
        => (visible, hidden, weight, generative) = (layer.Visible, layer.Hidden, layer.Recognition, layer.Generative);

    /// <summary>True if the model has units whose scale is not 1.</summary>
    public static bool Applies(Rbm rbm) => Applies(rbm.Visible, rbm.Hidden);

    /// <summary>True if the layer has units whose scale is not 1.</summary>
    public static bool Applies(UntiedLayer layer) => Applies(layer.Visible, layer.Hidden);

    /// <summary>Changes parameters and gradients to standardised ones.</summary>
    /// <remarks>The current dispose scope has to last until <see cref="End"/>.</remarks>
    /// <param name="optimizer">What steps next, and may take part of the work over; null if it takes none.</param>
    public void Begin(GradientOptimizer? optimizer = null)
    {
        halves?.Pull(gradients: true);
        visibleDeviations = visible.Variances?.sqrt();
        hiddenDeviations = hidden.Variances?.sqrt();
        factors = (visibleDeviations?.unsqueeze(0), hiddenDeviations?.unsqueeze(1)) switch
        {
            ({ } columns, { } rows) => columns * rows,
            var (columns, rows) => columns ?? rows,
        };
        isScaledInStep = hiddenDeviations is null && halves is null && weight is { requires_grad: true, grad: not null } && optimizer?.ScaleNextStep(weight, visibleDeviations!) == true;
        if (!isScaledInStep)
            Change(weight, factors!, Multiply);
        if (generative is not null)
            Change(generative, factors!.t(), Multiply);
        ChangeBiases(visible, visibleDeviations, Divide);
        ChangeBiases(hidden, hiddenDeviations, Divide);
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
        if (!isScaledInStep)
            Change(weight, factors!, Divide, gradient: false);
        ChangeBiases(visible, visibleDeviations, Multiply, gradient: false);
        ChangeBiases(hidden, hiddenDeviations, Multiply, gradient: false);
        FollowBiases(visible, visibleDeviations);
        if (generative is not null)
        {
            FollowBiases(hidden, hiddenDeviations);
            Change(generative, factors!.t(), Divide, gradient: false);
            Follow(generative, visible, visibleDeviations);
            Follow(weight, hidden, hiddenDeviations);
        }
        else if (visibleDeviations is not null && weight.requires_grad)
        {
            var ratio = Ratio(visible, visibleDeviations);
            if (visibleOffset is not null)
                SharedInputs.Add(hidden, Unfixed().mv(visibleOffset * OneMinus(ratio)));
            _ = weight.mul_(ratio);
        }
    }

    // The weights without those that do not learn, which the biases need not make up for.
    private Tensor Unfixed()
    {
        if (rbm is not { FixedBlocks.Count: > 0 })
            return weight;
        var unfixed = weight.clone();
        DbmHalves.ClearFixed(rbm, unfixed);
        return unfixed;
    }

    private static bool Applies(UnitLayer visible, UnitLayer hidden)
    {
        using var scope = torch.NewDisposeScope();
        return visible.Variances is not null || hidden.Variances is not null;
    }

    // Weights that lead to the units, [units, ..].
    private static void Follow(Parameter weight, UnitLayer units, Tensor? deviations)
    {
        if (deviations is not null && weight.requires_grad)
            _ = weight.mul_(Ratio(units, deviations).unsqueeze(1));
    }

    private static void FollowBiases(UnitLayer units, Tensor? deviations)
    {
        foreach (var (part, start) in SharedInputs.Parts(units))
        {
            if (part is not ReluUnits { Bias.requires_grad: true } relu)
                continue;
            var before = deviations!.narrow(0, start, part.Size).Squared();
            _ = relu.Bias.mul_((before / relu.Variances).pow(relu.Shares(before)));
        }
    }

    // σ² before over σ² now, of Gaussian units; 1 of others.
    private static Tensor Ratio(UnitLayer units, Tensor deviations)
    {
        var ratio = torch.ones_like(deviations);
        foreach (var (part, start) in SharedInputs.Parts(units).Where(columns => columns.Part is GaussianUnits))
            _ = ratio.narrow(0, start, part.Size).copy_(deviations.narrow(0, start, part.Size).Squared() / part.Variances!);
        return ratio;
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
