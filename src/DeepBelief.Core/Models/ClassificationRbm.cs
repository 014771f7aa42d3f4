using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A restricted Boltzmann machine whose visible layer ends in a one-of-K label, so that the class of a row has a
/// probability in closed form: log p(y | v) = d_y + Γ_h(v Wᵀ + U_y) less its log-sum over classes, where U_y and d_y are the
/// label's weights and bias.
/// </summary>
/// <remarks>
/// <para>The machine itself is <see cref="Joint"/>, an ordinary <see cref="Rbm"/>: save it, draw from it, or hold its label units (with
/// <see cref="Sampling.MarkovChain.RunClamped"/>) to draw rows of a class; <see cref="Join"/> makes its rows. As a module
/// this one maps v to log p(y | v), so that <c>Predict</c> and <c>Score</c> of <see cref="ClassifierTraining"/> apply. State-dict
/// keys: those of the machine, behind <c>joint.</c>.</para>
/// <para>Sources: Larochelle and Bengio 2008, "Classification using discriminative restricted Boltzmann machines"; Larochelle,
/// Mandel, Pascanu and Bengio 2012, "Learning algorithms for the classification restricted Boltzmann machine".</para>
/// </remarks>
public sealed class ClassificationRbm : torch.nn.Module<Tensor, Tensor>
{
    private readonly Rbm joint;

    /// <summary>Takes a machine over rows and labels, a loaded one for example.</summary>
    /// <param name="joint">
    /// The machine, which this one owns and disposes: its visible units are <see cref="CompositeUnits"/>, of which the last
    /// part is the label, <see cref="SoftmaxUnits"/> of one group.
    /// </param>
    /// <exception cref="ArgumentException">The machine's visible units are others.</exception>
    public ClassificationRbm(Rbm joint)
        : base(nameof(ClassificationRbm))
    {
        ArgumentNullException.ThrowIfNull(joint);
        if (joint.Visible is not CompositeUnits { Parts: [_, .., SoftmaxUnits { Groups: 1 }] })
            throw new ArgumentException("Expected a machine of composite visible units that end in softmax units of one group, the label.", nameof(joint));
        this.joint = joint;
        Classes = Label.Categories;
        RegisterComponents();
    }

    /// <summary>Binary visible and hidden units.</summary>
    /// <param name="visible">Number of visible units, 1 or more, without the label's.</param>
    /// <param name="hidden">Number of hidden units, 1 or more.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="weights">How the weights are drawn; <see cref="WeightInitialization.Default"/> when null.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Where the machine lives; the CPU when null.</param>
    /// <param name="dtype">Its element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentException">The device is not available, or the element type is no floating-point type.</exception>
    public static ClassificationRbm Bernoulli(
        long visible,
        long hidden,
        long classes,
        WeightInitialization? weights = null,
        long seed = 0,
        Device? device = null,
        ScalarType dtype = ScalarType.Float32)
    {
        Guard.Size(visible);
        Guard.Size(hidden);
        Guard.Size(classes);
        var units = new CompositeUnits(new BernoulliUnits(visible), new SoftmaxUnits(1, classes));
        var model = new ClassificationRbm(new Rbm(units, new BernoulliUnits(hidden), weights, seed));
        Placement.Move(model, device, dtype);
        return model;
    }

    /// <summary>The machine over rows and labels together, <c>[.., visible + classes]</c>.</summary>
    public Rbm Joint => joint;

    /// <summary>Number of visible units without the label's.</summary>
    public long VisibleSize => joint.VisibleSize - Classes;

    /// <summary>Number of classes.</summary>
    public long Classes { get; }

    internal UnitSupport VisibleSupport => new CompositeSupport([.. Parts.SkipLast(1)]);

    private IReadOnlyList<UnitLayer> Parts => ((CompositeUnits)joint.Visible).Parts;

    private SoftmaxUnits Label => (SoftmaxUnits)Parts[^1];

    // Null where the hidden units are not binary.
    private Parameter? HiddenBias => (joint.Hidden as BernoulliUnits)?.Bias;

    private Tensor WeightOfRows => joint.Weight.narrow(1, 0, VisibleSize);

    private Tensor WeightOfClasses => joint.Weight.narrow(1, VisibleSize, Classes);

    /// <summary>log p(y | v) of every class, in closed form.</summary>
    /// <remarks>Autograd can follow it, and then needs memory for a few times classes · hidden numbers a row.</remarks>
    /// <param name="input">Rows v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, classes]</c>, in nats.</returns>
    public override Tensor forward(Tensor input)
    {
        Guard.Matrix(input, VisibleSize, joint.Weight);
        using var scope = torch.NewDisposeScope();
        return Logits(input).Plus(Label.Bias).log_softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradient of a multiple of the mean of -log p(y | v) to the parameters' <c>.grad</c>.</summary>
    /// <param name="visible">Rows v, <c>[batch, visible]</c>.</param>
    /// <param name="labels">Their classes y, <c>[batch]</c>, <c>int64</c>.</param>
    /// <param name="scale">The factor.</param>
    internal void AccumulateGradient(Tensor visible, Tensor labels, double scale)
    {
        using var scope = torch.NewDisposeScope();
        if (!IsForKernels(visible))
        {
            using var grad = torch.enable_grad();
            forward(visible).gather(1, labels.unsqueeze(1)).mean().Times(-scale).backward();
            return;
        }

        using var noGrad = torch.no_grad();
        var rows = visible.size(0);
        var inputs = visible.mm(WeightOfRows.t());
        var logits = torch.empty(rows, Classes, visible.dtype, visible.device);
        var means = torch.empty(rows, Classes * joint.HiddenSize, visible.dtype, visible.device);
        ClassKernel.Activate(inputs, HiddenBias!, WeightOfClasses.t().contiguous(), logits, means);

        // What the logit of each class has to do with the objective: p(y | v), less 1 for the true one.
        var weights = (logits.Plus(Label.Bias).softmax(1) - torch.nn.functional.one_hot(labels, Classes)).Times(scale / rows);
        ClassKernel.Weigh(means, weights, inputs);
        _ = Gradients.Of(Label.Bias)?.Add(weights.sum(dim: 0));
        if (Gradients.Of(HiddenBias!) is { } ofBias)
            ColumnSums.Add(inputs, null, ofBias, null, 1);
        if (Gradients.Of(joint.Weight) is { } ofWeight)
        {
            var ofClasses = torch.zeros(Classes * joint.HiddenSize, visible.dtype, visible.device);
            ColumnSums.Add(means, null, ofClasses, null, 1);
            _ = ofWeight.narrow(1, VisibleSize, Classes).Add(ofClasses.reshape(Classes, -1).t());
            _ = ofWeight.narrow(1, 0, VisibleSize).addmm_(inputs.t(), visible);
        }
    }

    /// <summary>Γ_h(v Wᵀ + U_y) of rows and classes, <c>[batch, classes]</c>.</summary>
    private Tensor Logits(Tensor visible)
    {
        using var scope = torch.NewDisposeScope();
        var ofRows = visible.mm(WeightOfRows.t());
        var ofClasses = WeightOfClasses.t();
        if (!torch.is_grad_enabled() && IsForKernels(visible))
        {
            var logits = torch.empty(visible.size(0), Classes, visible.dtype, visible.device);
            ClassKernel.Activate(ofRows, HiddenBias!, ofClasses.contiguous(), logits, null);
            return logits.MoveToOuterDisposeScope();
        }

        var inputs = ofRows.unsqueeze(1).Plus(ofClasses).reshape(-1, joint.HiddenSize);
        return joint.Hidden.CumulantGenerator(inputs).reshape(-1, Classes).MoveToOuterDisposeScope();
    }

    private bool IsForKernels(Tensor visible)
        => HiddenBias is { } bias && TensorMemory.IsFast(bias) && TensorMemory.IsFast(visible) && TensorMemory.IsFast(joint.Weight);

    /// <summary>Rows of <see cref="Joint"/>: rows and their labels, as one of K.</summary>
    /// <param name="visible">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="labels">Their classes, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <returns><c>[rows, visible + classes]</c>.</returns>
    /// <exception cref="ArgumentException">Rows or labels do not fit the model.</exception>
    public Tensor Join(Tensor visible, Tensor labels)
    {
        Guard.Rows(visible, VisibleSize, joint.Weight);
        Guard.Labels(labels, visible, Classes);
        return JoinUnchecked(visible, labels);
    }

    /// <summary>Without looking at the labels, which would stop a GPU in every batch.</summary>
    internal Tensor JoinUnchecked(Tensor visible, Tensor labels)
    {
        using var scope = torch.NewDisposeScope();
        var label = torch.nn.functional.one_hot(labels, Classes).to(visible.dtype);
        return torch.cat([visible, label], 1).MoveToOuterDisposeScope();
    }
}
