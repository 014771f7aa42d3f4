using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>The closed-form gradient of <see cref="Rbm.AccumulateGradient"/> (Hinton 2002), on reused tensors.</summary>
/// <remarks>
/// A CD-k update costs 2k + 3 matrix products: up from the data, k times down and up, and ∂F/∂W of both phases in one product of
/// twice the size. On a GPU, CD-1 with binary units and SGD launches 27 kernels, counted in the source.
/// </remarks>
internal sealed class RbmGradient : IDisposable
{
    private readonly Rbm rbm;
    private readonly Parameter? visibleBias;
    private readonly Parameter? hiddenBias;
    private readonly RoundedWeights? rounded;
    private readonly bool usesKernels;
    private readonly Parameter[] otherParameters;

    /// <param name="rbm">The RBM.</param>
    /// <param name="rounded">Its weights in bfloat16, owned by the caller, for products of that type; null for its own.</param>
    public RbmGradient(Rbm rbm, RoundedWeights? rounded = null)
    {
        (this.rbm, this.rounded) = (rbm, rounded);
        Phases = new RbmPhases(rbm, rounded);
        (visibleBias, hiddenBias) = (SoleBias(rbm.Visible), SoleBias(rbm.Hidden));
        // The kernels sum over rows faster than a matrix product does, but know no weights of rows.
        usesKernels = TensorMemory.IsFast(rbm.Weight);
        otherParameters = [.. visibleBias is null || usesKernels ? rbm.Visible.parameters() : [], .. hiddenBias is null || usesKernels ? rbm.Hidden.parameters() : []];
    }

    /// <summary>The rows to differentiate. Call <see cref="RbmPhases.Begin"/> and fill them before each update.</summary>
    public RbmPhases Phases { get; }

    /// <summary>Overwrites the parameters' <c>.grad</c> with the gradient.</summary>
    /// <param name="keep">Factor of the old <c>.grad</c> of the weights, added to the new gradient: an optimizer's momentum.</param>
    public void Replace(double keep = 0)
    {
        Gradients.Clear(otherParameters);
        Compute(keepBiases: 0, keep);
    }

    /// <summary>Adds the gradient to the parameters' <c>.grad</c>.</summary>
    public void Add() => Compute(keepBiases: 1, keepWeights: 1);

    public void Dispose() => Phases.Dispose();

    private void Compute(int keepBiases, double keepWeights)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Phases.SendUp();
        var (data, model) = (Phases.Data, Phases.Model);
        var (dataScale, modelScale) = (1.0 / data.Rows, -1.0 / model.Rows);

        if (visibleBias is not null && (Phases.AreWeighted || !usesKernels))
        {
            _ = Gradients.Of(visibleBias)?.addmv_(AsWeight(Phases.VisibleTransposed), Phases.RowWeights, beta: keepBiases, alpha: -1);
        }
        else if (Phases.AreWeighted)
        {
            Differentiate(rbm.Visible, units => units.Energy(Phases.Both.Visible));
        }
        else
        {
            rbm.Visible.AccumulateEnergyGradient(data.Visible, dataScale);
            rbm.Visible.AccumulateEnergyGradient(model.Visible, modelScale);
        }

        if (hiddenBias is not null && (Phases.AreWeighted || !usesKernels))
        {
            _ = Gradients.Of(hiddenBias)?.addmv_(AsWeight(Phases.HiddenMeansTransposed), Phases.RowWeights, beta: keepBiases, alpha: -1);
        }
        else if (Phases.AreWeighted)
        {
            Differentiate(rbm.Hidden, units => units.CumulantGenerator(Phases.Both.HiddenInputs).neg());
        }
        else
        {
            rbm.Hidden.AccumulateCumulantGradient(data.HiddenInputs, data.HiddenMeans, -dataScale);
            rbm.Hidden.AccumulateCumulantGradient(model.HiddenInputs, model.HiddenMeans, -modelScale);
        }

        if (Phases.Gaps is { } gaps)
            AbsentUnits.AddGradient(rbm, torch.cat([gaps, gaps]), Phases.Both.HiddenMeans, Phases.RowWeights);

        if (rounded is not null)
        {
            DifferentiateRounded(rounded, keepWeights, dataScale, modelScale);
            return;
        }

        if (Gradients.Of(rbm.Weight) is not { } gradient)
            return;
        if (Phases.AreWeighted)
        {
            AddProduct(gradient, keepWeights, (Phases.Both.HiddenMeans * Phases.RowWeights.unsqueeze(1)).t(), Phases.Both.Visible, -1);
            return;
        }

        // Scales the model's means by sign and relative weight, so that one product covers both phases.
        _ = model.HiddenMeans.Scale(modelScale / dataScale);
        AddProduct(gradient, keepWeights, Phases.HiddenMeansTransposed, Phases.Both.Visible, -dataScale);
    }

    private void DifferentiateRounded(RoundedWeights weights, double keep, double dataScale, double modelScale)
    {
        if (Phases.AreWeighted)
        {
            var weighted = (Phases.Both.HiddenMeans * Phases.RowWeights.unsqueeze(1)).to(ScalarType.BFloat16);
            weights.Differentiate(keep, weighted.t(), Phases.Both.Visible, -1);
            return;
        }

        _ = Phases.Model.HiddenMeans.Scale(modelScale / dataScale);
        weights.Differentiate(keep, Phases.MeansOfProduct(), Phases.Both.Visible, -dataScale);
    }

    private Tensor AsWeight(Tensor values) => rounded is null ? values : values.to(rbm.Weight.dtype);

    /// <summary>Adds the gradient of the weighted sum of a term of each row, by automatic differentiation.</summary>
    private void Differentiate(UnitLayer units, Func<UnitLayer, Tensor> term)
    {
        if (!units.parameters().Any(parameter => parameter.requires_grad))
            return;
        using var grad = torch.enable_grad();
        (term(units) * Phases.RowWeights).sum().backward();
    }

    /// <summary>A layer's parameter if it is the only one and its gradient is a plain sum over rows; otherwise null.</summary>
    private static Parameter? SoleBias(UnitLayer layer)
        => layer.parameters().ToArray() is [var only] && layer.LinearTerms is [{ Scale: null } term] && ReferenceEquals(term.Bias, only) ? only : null;

    /// <summary>target ← keep · target + scale · left · right; ignores the old target, even NaN, if keep is 0.</summary>
    private static void AddProduct(Tensor target, double keep, Tensor left, Tensor right, double scale)
    {
        if (target.dtype != ScalarType.Float64)
        {
            _ = target.addmm_(left, right, beta: (float)keep, alpha: (float)scale);
            return;
        }

        // TorchSharp rounds the factors of addmm_ to float32, too coarse for float64; scale in separate passes.
        if (keep != 0)
            _ = target.Scale(keep / scale);
        _ = target.addmm_(left, right, beta: keep == 0 ? 0 : 1).Scale(scale);
    }
}
