using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Pre-training options of a <see cref="Dbm"/>, one pair of layers at a time. One checkpoint covers the whole machine.</summary>
/// <remarks>
/// Layers learn from expected states (<see cref="DbnTrainingOptions.Inputs"/>), without <see cref="DbnTrainingOptions.TiedStart"/>,
/// missing values, centering or sparsity, and with float32 products. The default negative phase is
/// <see cref="ContrastiveDivergence"/>.
/// </remarks>
public sealed record DbmPretrainingOptions : DbnTrainingOptions
{
    /// <summary>
    /// In the RBM of two layers, the number of copies of the lower one that stand for the layers above; 1 or more. With m copies, the RBM
    /// above later replaces m / (m + 1) of what this one says about the upper layer. Default: 1, half of it (Salakhutdinov and Hinton
    /// 2009, "Deep Boltzmann machines").
    /// </summary>
    /// <remarks>
    /// <para>With 2, two thirds are replaced, so that upper layers do more of the work, as Hinton and Salakhutdinov 2012, "A better way to
    /// pretrain deep Boltzmann machines", propose. The lower RBM has m + 1 copies of its lower layer, and so the density of its upper
    /// layer has m + 1 equal factors, of which one is left in the machine. The RBM above has (m + 1) / m copies of its own upper layer, of
    /// which the machine has one. What the machine says about the layer between is then the mean of both, in logarithms, with weights
    /// 1 / (m + 1) and m / (m + 1), in which that layer's parameters are added up, too.</para>
    /// <para>With more than one, copies are not whole numbers, and contrastive divergence draws its rows approximately: each unit is left
    /// out of the last copy as often as the copy is not whole. On small sets, two copies begin lower than one and, after a <c>Fit</c>, end
    /// as high or a little higher.</para>
    /// </remarks>
    public int UpperCopies { get; init; } = 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        faults.Option(UpperCopies >= 1, nameof(UpperCopies), UpperCopies, "1 or more");
        faults.Option(Inputs is null || Inputs == LayerInputs.Means, nameof(Inputs), Inputs, $"expected states for a {nameof(Dbm)}");
        faults.Option(!TiedStart, nameof(TiedStart), TiedStart, $"false: {nameof(DbmPretraining.Pretrain)} counts units several times, so that a layer turned over is another one");
        foreach (var (name, layer) in (Layers ?? []).Index().Select(entry => ($"{nameof(Layers)}[{entry.Index}].", entry.Item)).Prepend((string.Empty, this)))
        {
            faults.Option(
                layer is null || layer.ProductPrecision == ProductPrecision.Float32,
                name + nameof(ProductPrecision),
                ProductPrecision.BFloat16,
                $"{nameof(ProductPrecision.Float32)}: {nameof(DbmPretraining.Pretrain)} trains layers whose units count several times, which are no plain binary machines");
        }

        faults.Throw();
    }
}
