using DeepBelief.Internal;
using DeepBelief.Kernels;
using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// What options make of the gradient of a model of two layers, once it is computed: first terms that are added to the
/// objective, then centering, which is another way of descending it.
/// </summary>
internal sealed class LayeredGradient : IDisposable
{
    private readonly ILayeredModel model;
    private readonly SparsityTarget? sparsity;
    private readonly Centering? centering;

    private LayeredGradient(ILayeredModel model, TrainingOptions options, Tensor sample)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.model = model;
        var (visible, hidden) = (ColumnSums.Mean(sample), ColumnSums.Mean(HiddenMeans(sample)));
        sparsity = options.Sparsity is { } target ? new SparsityTarget(model, target, hidden) : null;
        centering = options.Centering is { } offsets ? new Centering(model, offsets, visible, hidden) : null;
        State = new Dictionary<string, Tensor>([.. sparsity?.State ?? [], .. centering?.State ?? []]);
    }

    /// <summary>What is remembered from batch to batch, by name: always the same tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>The changes that the options ask for; null if they ask for none.</summary>
    /// <param name="model">A model that has passed <see cref="Check"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="sample">Rows of data whose means are the first.</param>
    public static LayeredGradient? Create(IEnergyModel model, TrainingOptions options, Tensor sample)
        => options.Sparsity is null && options.Centering is null ? null : new LayeredGradient((ILayeredModel)model, options, sample);

    /// <summary>Refuses what the model cannot honour.</summary>
    public static void Check(IEnergyModel model, TrainingOptions options)
    {
        if (options.Centering is { } centering)
        {
            var layered = Layered(nameof(options.Centering), centering);
            Guard.Option(
                layered.Weight.requires_grad && SharedInputs.AreTrained(layered.Visible) && SharedInputs.AreTrained(layered.Hidden),
                nameof(options.Centering),
                centering,
                "none, as the model's weights are held fixed, or not all of its units have a bias that is trained");
        }

        if (options.Sparsity is { } sparsity)
        {
            Guard.Option(
                Layered(nameof(options.Sparsity), sparsity).Hidden is { } hidden && hidden.Support == UnitSupport.Binary && SharedInputs.AreTrained(hidden),
                nameof(options.Sparsity),
                sparsity,
                "none, as the model's hidden units are not binary, or not all of them have a bias that is trained");
        }

        ILayeredModel Layered(string option, object value)
        {
            Guard.Option(model is ILayeredModel, option, value, "none, as the model is not one of two layers of units");
            return (ILayeredModel)model;
        }
    }

    /// <summary>Changes the gradient that a batch has left in <c>.grad</c>.</summary>
    /// <param name="batch">The batch, <c>[batch, visible]</c>.</param>
    /// <param name="hiddenMeans">Its E[h | v], <c>[batch, hidden]</c>, if they are known.</param>
    public void Change(Tensor batch, Tensor? hiddenMeans)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (visible, hidden) = (ColumnSums.Mean(batch), ColumnSums.Mean(hiddenMeans ?? HiddenMeans(batch)));
        sparsity?.Change(visible, hidden);
        centering?.Change(visible, hidden);
    }

    public void Dispose()
    {
        foreach (var tensor in State.Values)
            tensor.Dispose();
    }

    private Tensor HiddenMeans(Tensor states) => model.Hidden.Mean(states.mm(model.Weight.t()));
}
