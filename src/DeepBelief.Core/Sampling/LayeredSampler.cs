using DeepBelief.Internal;
using DeepBelief.Kernels;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Sampling;

/// <summary>
/// The chains of a model of two layers, and its gradient, in 2k + 3 matrix products: up from the data, k times down and
/// up, and both halves of ∂F/∂W = -E[h | v]ᵀ v in one (which costs two), since data and chains lie one above the other in
/// the same tensors.
/// </summary>
/// <remarks>
/// All tensors are kept from update to update; nothing is read back to the host. On a GPU, an update of CD-1 with binary units
/// and SGD is 27 kernels, by reading: 4 products of matrices, 10 to draw units and take means, 2 to gather the batch, 2
/// products with vectors for the biases' gradients, 1 for the sign of the chains and 8 for the step.
/// </remarks>
internal class LayeredSampler : NegativeSampler
{
    private readonly ILayeredModel model;
    private readonly int steps;
    private readonly Generator? generator;
    private readonly Tensor? chains;
    private readonly Parameter? visibleBias;
    private readonly Parameter? hiddenBias;
    private readonly Parameter[] otherParameters;
    private readonly Tensor transposed;
    private LayeredBuffers? buffers;
    private RunningGradient? sum;

    /// <summary>Makes a sampler.</summary>
    /// <param name="model">The model that is being trained.</param>
    /// <param name="steps">k.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <param name="chains">
    /// Hidden states of persistent chains, <c>[chains, hidden]</c>, which the sampler then owns; with null, each update's
    /// chains start at its batch.
    /// </param>
    public LayeredSampler(ILayeredModel model, int steps, Generator? generator, Tensor? chains = null)
        : base(model)
    {
        this.model = model;
        this.steps = steps;
        this.generator = generator;
        this.chains = chains;
        using (torch.no_grad())
            transposed = model.Weight.t().DetachFromDisposeScope();
        // The kernels are faster at sums over rows than a product is.
        if (!TensorMemory.IsFast(model.Weight))
            (visibleBias, hiddenBias) = (OnlyBias(model.Visible), OnlyBias(model.Hidden));
        otherParameters = [.. visibleBias is null ? model.Visible.parameters() : [], .. hiddenBias is null ? model.Hidden.parameters() : []];
        State = chains is null ? new Dictionary<string, Tensor>() : new Dictionary<string, Tensor> { ["chains"] = chains };
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    internal override Tensor? HiddenMeans => buffers?.DataMeans;

    public override Tensor Sample(Tensor batch)
    {
        if (chains is null)
            return MarkovChain.Run(model, batch, steps, generator);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        var rows = Use(batch.size(0));
        RunChains(rows);
        _ = rows.SamplesInputs.addmm_(rows.Samples, transposed, beta: 0);
        model.Hidden.Activate(rows.SamplesInputs, null, rows.HiddenStates, generator);
        return rows.Samples.clone().MoveToOuterDisposeScope();
    }

    public override void ComputeGradient(Tensor batch)
    {
        Guard.Rows(batch, model.VisibleSize, model.Weight);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var keys = RandomKey.Share(generator);
        var rows = Use(batch.size(0));
        if (!ReferenceEquals(batch, rows.Data))
            _ = rows.Data.copy_(batch);
        Gradients.Clear(otherParameters);
        var (dataScale, samplesScale) = (1.0 / rows.Data.size(0), 1.0 / rows.Samples.size(0));

        if (chains is null)
        {
            _ = rows.DataInputs.addmm_(rows.Data, transposed, beta: 0);
            model.Hidden.Activate(rows.DataInputs, rows.DataMeans, rows.HiddenStates, generator);
        }

        RunChains(rows);
        if (chains is null)
        {
            _ = rows.SamplesInputs.addmm_(rows.Samples, transposed, beta: 0);
        }
        else
        {
            // Persistent chains don't wait for the data: both go up in one product.
            _ = rows.HiddenInputs.addmm_(rows.Visible, transposed, beta: 0);
            model.Hidden.Activate(rows.DataInputs, rows.DataMeans, null);
        }

        model.Hidden.Activate(rows.SamplesInputs, rows.SamplesMeans, chains is null ? null : rows.HiddenStates, generator);
        if (visibleBias is null)
        {
            model.Visible.AccumulateEnergyGradient(rows.Data, dataScale);
            model.Visible.AccumulateEnergyGradient(rows.Samples, -samplesScale);
        }
        else
        {
            _ = Gradients.Of(visibleBias)?.addmv_(rows.VisibleTransposed, rows.RowWeights, beta: 0, alpha: -1);
        }

        if (hiddenBias is null)
        {
            model.Hidden.AccumulateCumulantGradient(rows.DataInputs, rows.DataMeans, -dataScale);
            model.Hidden.AccumulateCumulantGradient(rows.SamplesInputs, rows.SamplesMeans, samplesScale);
        }
        else
        {
            _ = Gradients.Of(hiddenBias)?.addmv_(rows.HiddenMeansTransposed, rows.RowWeights, beta: 0, alpha: -1);
        }

        if ((sum?.Sum ?? Gradients.Of(model.Weight)) is not { } gradient)
            return;
        // The means carry the sign of the chains, and their weight beside the data.
        Multiple.Take(rows.SamplesMeans, -samplesScale / dataScale);
        AddProduct(gradient, sum?.Keep ?? 0, rows.HiddenMeansTransposed, rows.Visible, -dataScale);
    }

    internal override void Use(Optimizer optimizer)
    {
        if (model.Weight.requires_grad)
            sum = optimizer.Accumulate(model.Weight);
    }

    internal override Tensor Gather(Tensor data, Tensor order, long start, long count)
    {
        var target = Use(count).Data;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (TensorMemory.IsFast(data) && TensorMemory.IsFast(target) && order.is_contiguous())
            Rows.Gather(data, order, start, target);
        else
            _ = target.copy_(data.index_select(0, order.narrow(0, start, count)));
        return target;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            transposed.Dispose();
            buffers?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Runs the chains k steps, but for h of the last one, from their h to their v.</summary>
    protected virtual void RunChains(LayeredBuffers rows)
    {
        for (var step = 1; step <= steps; step++)
        {
            if (step > 1)
            {
                _ = rows.SamplesInputs.addmm_(rows.Samples, transposed, beta: 0);
                model.Hidden.Activate(rows.SamplesInputs, null, rows.HiddenStates, generator);
            }

            _ = rows.Samples.addmm_(rows.HiddenStates, model.Weight, beta: 0);
            model.Visible.Activate(rows.Samples, null, rows.Samples, generator);
        }
    }

    /// <summary>
    /// The parameter of a layer that has no other, if it is a linear term of the energy: its gradient is a sum over rows, and
    /// that over data and chains one product.
    /// </summary>
    private static Parameter? OnlyBias(UnitLayer layer)
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

    private LayeredBuffers Use(long batch)
    {
        if (buffers is null || !buffers.Fits(batch))
        {
            var smaller = buffers;
            buffers = new LayeredBuffers(model, batch, chains);
            smaller?.Dispose();
        }

        buffers.Resize(batch);
        return buffers;
    }
}
