using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// The gradient of an <see cref="Rbm"/>: the batch fills the positive phase, the sampler the negative one, and
/// <see cref="RbmGradient"/> differentiates both.
/// </summary>
internal sealed class RbmLikelihoodGradient : LikelihoodGradient
{
    private readonly NegativeSampler sampler;
    private readonly RbmGradient gradient;
    private readonly GradientChange[] changes;

    public RbmLikelihoodGradient(Rbm rbm, NegativeSampler sampler, TrainingOptions? options, Tensor sample)
    {
        this.sampler = sampler;
        gradient = new RbmGradient(rbm);
        changes = [.. Changes(rbm, options, sample)];
        State = changes.Length == 0 ? sampler.State : new Dictionary<string, Tensor>([.. sampler.State, .. changes.SelectMany(change => change.State)]);
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    // A change must find the gradient by itself.
    public override bool CanKeep => changes.Length == 0;

    private RbmPhases Phases => gradient.Phases;

    /// <summary>Refuses options that the model cannot honour.</summary>
    public static void Check(IEnergyModel model, TrainingOptions options)
    {
        if (options.Centering is { } centering)
        {
            var rbm = Expect(nameof(options.Centering), centering);
            Guard.Option(
                rbm.Weight.requires_grad && SharedInputs.AreTrained(rbm.Visible) && SharedInputs.AreTrained(rbm.Hidden),
                nameof(options.Centering),
                centering,
                "none, as the model's weights are held fixed, or not all of its units have a bias that is trained");
        }

        if (options.Sparsity is { } sparsity)
        {
            Guard.Option(
                Expect(nameof(options.Sparsity), sparsity).Hidden is { } hidden && hidden.Support == UnitSupport.Binary && SharedInputs.AreTrained(hidden),
                nameof(options.Sparsity),
                sparsity,
                "none, as the model's hidden units are not binary, or not all of them have a bias that is trained");
        }

        Rbm Expect(string option, object value)
        {
            Guard.Option(model is Rbm, option, value, $"none, as the model is no {nameof(Rbm)}");
            return (Rbm)model;
        }
    }

    public override Tensor Begin(long rows)
    {
        Phases.Begin(rows, sampler is RbmSampler chains ? chains.Rows(rows) : rows);
        return Phases.Data.Visible;
    }

    public override void Compute(double keep = 0)
    {
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            Draw();
            gradient.Replace(keep);
        }

        foreach (var change in changes)
            change.Apply();
    }

    public override void Dispose()
    {
        gradient.Dispose();
        foreach (var change in changes)
            change.Dispose();
    }

    private void Draw()
    {
        if (sampler is RbmSampler chains)
        {
            chains.Fill(Phases);
            return;
        }

        // A sampler of any model's rows says how many only when it has drawn them.
        var data = Phases.Data.Visible.clone();
        var rows = sampler.Sample(data);
        Phases.Begin(data.size(0), rows.size(0));
        _ = Phases.Data.Visible.copy_(data);
        _ = Phases.Model.Visible.copy_(rows);
    }

    private IEnumerable<GradientChange> Changes(Rbm rbm, TrainingOptions? options, Tensor sample)
    {
        if (options is not { Sparsity: not null } and not { Centering: not null })
            yield break;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (visibleMean, hiddenMean) = (ColumnSums.Mean(sample), ColumnSums.Mean(rbm.HiddenMean(sample)));
        // First a term that is added to the objective, then another way of descending it.
        if (options.Sparsity is { } sparsity)
            yield return new SparsityPenalty(rbm, Phases, sparsity, hiddenMean);
        if (options.Centering is { } centering)
            yield return new Centering(rbm, Phases, centering, visibleMean, hiddenMean);
    }
}
