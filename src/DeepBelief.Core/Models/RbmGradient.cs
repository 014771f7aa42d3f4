using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// The gradient of mean F(data) - mean F(model) of an <see cref="Rbm"/>, in closed form: ∂F/∂W = -E[h | v]ᵀ v,
/// ∂F/∂θ_v = ∂E_v/∂θ_v and ∂F/∂θ_h = -∂Γ_h/∂θ_h (Hinton 2002, "Training products of experts by minimizing contrastive divergence").
/// </summary>
/// <remarks>
/// With CD-k an update is 2k + 3 matrix products: up from the data, k times down and up, and both phases of ∂F/∂W in one, which
/// costs two. On a GPU, CD-1 with binary units and SGD is 27 kernels, by reading.
/// </remarks>
internal sealed class RbmGradient : IDisposable
{
    private readonly Rbm rbm;
    private readonly Parameter? visibleBias;
    private readonly Parameter? hiddenBias;
    private readonly Parameter[] otherParameters;

    public RbmGradient(Rbm rbm)
    {
        this.rbm = rbm;
        Phases = new RbmPhases(rbm);
        // The kernels are faster at sums over rows than a product is.
        if (!TensorMemory.IsFast(rbm.Weight))
            (visibleBias, hiddenBias) = (SoleBias(rbm.Visible), SoleBias(rbm.Hidden));
        otherParameters = [.. visibleBias is null ? rbm.Visible.parameters() : [], .. hiddenBias is null ? rbm.Hidden.parameters() : []];
    }

    /// <summary>The rows that are differentiated: to be begun and filled before each update.</summary>
    public RbmPhases Phases { get; }

    /// <summary>Writes the gradient to the parameters' <c>.grad</c>, in place of what is there.</summary>
    /// <param name="keep">The part of the weights' <c>.grad</c> that is kept, and the gradient added to: an optimizer's momentum.</param>
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

        if (visibleBias is not null)
        {
            _ = Gradients.Of(visibleBias)?.addmv_(Phases.VisibleTransposed, Phases.RowWeights, beta: keepBiases, alpha: -1);
        }
        else
        {
            rbm.Visible.AccumulateEnergyGradient(data.Visible, dataScale);
            rbm.Visible.AccumulateEnergyGradient(model.Visible, modelScale);
        }

        if (hiddenBias is not null)
        {
            _ = Gradients.Of(hiddenBias)?.addmv_(Phases.HiddenMeansTransposed, Phases.RowWeights, beta: keepBiases, alpha: -1);
        }
        else
        {
            rbm.Hidden.AccumulateCumulantGradient(data.HiddenInputs, data.HiddenMeans, -dataScale);
            rbm.Hidden.AccumulateCumulantGradient(model.HiddenInputs, model.HiddenMeans, -modelScale);
        }

        if (Gradients.Of(rbm.Weight) is not { } gradient)
            return;
        // The means of the model's rows carry their sign, and their weight beside the data's.
        ScaleKernel.Scale(model.HiddenMeans, modelScale / dataScale);
        AddProduct(gradient, keepWeights, Phases.HiddenMeansTransposed, Phases.Both.Visible, -dataScale);
    }

    /// <summary>
    /// The parameter of a layer that has no other, if it is a linear term of the energy: its gradient is a sum over rows, and
    /// that over both phases one product.
    /// </summary>
    private static Parameter? SoleBias(UnitLayer layer)
        => layer.parameters().ToArray() is [var only] && layer.LinearTerms is [{ Scale: null } term] && ReferenceEquals(term.Bias, only) ? only : null;

    /// <summary>Target ← keep · target + scale · left · right; what is in the target does not matter where keep is 0.</summary>
    private static void AddProduct(Tensor target, double keep, Tensor left, Tensor right, double scale)
    {
        if (target.dtype != ScalarType.Float64)
        {
            _ = target.addmm_(left, right, beta: (float)keep, alpha: (float)scale);
            return;
        }

        // The factors of addmm_ are rounded to 32 bits; where that would show, they are passes of their own.
        if (keep != 0)
            _ = target.Scale(keep / scale);
        _ = target.addmm_(left, right, beta: keep == 0 ? 0 : 1).Scale(scale);
    }
}
