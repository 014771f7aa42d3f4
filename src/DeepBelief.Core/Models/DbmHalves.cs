using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A <see cref="Dbm"/> as the <see cref="Rbm"/> that it is: no two even layers are connected, nor two odd ones, so the even layers
/// (visible, second hidden, ...) are the visible units of an RBM, and the odd ones its hidden units. Samplers, gradients and
/// annealing of RBMs so serve it.
/// </summary>
/// <remarks>
/// The RBM has the very units of the machine. Its weights are a copy in one matrix, zero between layers that are no neighbours;
/// of a machine of one hidden layer, they are its weights.
/// </remarks>
internal sealed class DbmHalves : IDisposable
{
    private readonly Dbm model;
    private readonly bool isCopy;

    public DbmHalves(Dbm model)
    {
        this.model = model;
        var weights = model.Weights;
        isCopy = weights.Count > 1;
        Parameter joint;
        if (isCopy)
        {
            using var mode = Parameters.OutsideInference();
            joint = Parameters.Create(torch.zeros(Size(odd: true), Size(odd: false), weights[0].dtype, weights[0].device));
            joint.requires_grad = weights.Any(weight => weight.requires_grad);
        }
        else
        {
            joint = weights[0];
        }

        Rbm = new Rbm(Join(odd: false), Join(odd: true), joint) { FixedBlocks = isCopy ? [.. FixedBlocks()] : null };
        Pull();
    }

    /// <summary>The RBM, a view: never disposed.</summary>
    public Rbm Rbm { get; }

    /// <summary>How many of the RBM's visible units are visible; the others are hidden.</summary>
    public long VisibleSize => model.VisibleSize;

    /// <summary>True if the weights of the RBM are those of the machine, not copies.</summary>
    public bool SharesWeights => !isCopy;

    /// <summary>Copies the machine's weights to the RBM.</summary>
    /// <param name="gradients">True to copy gradients, too.</param>
    public void Pull(bool gradients = false)
    {
        if (!isCopy)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (weight, block) in Blocks(Rbm.Weight))
            _ = block.copy_(weight);
        if (!gradients || !Rbm.Weight.requires_grad)
            return;
        foreach (var (weight, block) in Blocks(Gradients.Of(Rbm.Weight)!).Where(pair => pair.Weight.requires_grad))
            _ = block.copy_(Gradients.Of(weight)!);
    }

    /// <summary>Copies what training has made of the RBM's weights to the machine, except to weights that are not trained.</summary>
    /// <param name="values">True to copy the weights, too, false for their gradients alone.</param>
    /// <param name="gradients">True to copy the gradients.</param>
    public void Push(bool values, bool gradients)
    {
        if (!isCopy || !Rbm.Weight.requires_grad)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (values)
        {
            foreach (var (weight, block) in Blocks(Rbm.Weight).Where(pair => pair.Weight.requires_grad))
                _ = weight.copy_(block);
        }

        if (!gradients)
            return;
        foreach (var (weight, block) in Blocks(Gradients.Of(Rbm.Weight)!).Where(pair => pair.Weight.requires_grad))
            _ = Gradients.Of(weight)!.copy_(block);
    }

    /// <summary>Returns rows of the RBM's visible units: v, and what mean-field inference expects of the other even layers.</summary>
    public Tensor JoinRows(Tensor visible, MeanField settings)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return SharesWeights
            ? visible.alias().MoveToOuterDisposeScope()
            : torch.cat([visible, .. EvenHidden(MeanFieldInference.Run(model, visible, settings).Means)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Sets the <see cref="Rbm.FixedBlocks"/> of a matrix like the weights to zero.</summary>
    public static void ClearFixed(Rbm rbm, Tensor matrix)
    {
        foreach (var (row, rows, column, columns) in rbm.FixedBlocks ?? [])
            _ = matrix.narrow(0, row, rows).narrow(1, column, columns).zero_();
    }

    /// <summary>The entries of the even hidden layers.</summary>
    public static IEnumerable<T> EvenHidden<T>(IEnumerable<T> ofHidden) => ofHidden.Index().Where(entry => entry.Index % 2 == 1).Select(entry => entry.Item);

    public void Dispose()
    {
        if (isCopy)
            Rbm.Weight.Dispose();
    }

    // Layers count from 0, the visible one.
    private UnitLayer Layer(int layer) => layer == 0 ? model.Visible : model.Hidden[layer - 1];

    private IEnumerable<int> Half(bool odd) => Enumerable.Range(0, model.Hidden.Count + 1).Where(layer => (layer % 2 == 1) == odd);

    private long Size(bool odd) => Half(odd).Sum(layer => Layer(layer).Size);

    private long Start(int layer) => Half(layer % 2 == 1).Where(other => other < layer).Sum(other => Layer(other).Size);

    private UnitLayer Join(bool odd)
    {
        UnitLayer[] layers = [.. Half(odd).Select(Layer)];
        return layers.Length == 1 ? layers[0] : new CompositeUnits(layers.SelectMany(layer => SharedInputs.Parts(layer)).Select(columns => columns.Part));
    }

    /// <summary>The part of a joint matrix that belongs to each of the machine's weights, in the same orientation.</summary>
    private IEnumerable<(Parameter Weight, Tensor Block)> Blocks(Tensor joint)
        => model.Weights.Index().Select(entry =>
        {
            var (below, weight) = entry;
            var (odd, even) = below % 2 == 0 ? (below + 1, below) : (below, below + 1);
            var block = joint.narrow(0, Start(odd), Layer(odd).Size).narrow(1, Start(even), Layer(even).Size);
            return (weight, below % 2 == 0 ? block : block.t());
        });

    // Zero between layers that are no neighbours, or frozen.
    private IEnumerable<(long Row, long Rows, long Column, long Columns)> FixedBlocks()
        => from odd in Half(odd: true)
           from even in Half(odd: false)
           where Math.Abs(odd - even) != 1 || !model.Weights[Math.Min(odd, even)].requires_grad
           select (Start(odd), Layer(odd).Size, Start(even), Layer(even).Size);
}
