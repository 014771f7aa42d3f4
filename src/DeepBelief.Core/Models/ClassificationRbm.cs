using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A restricted Boltzmann machine whose visible layer ends in a one-hot label, which gives class probabilities in closed form:
/// log p(y | v) is the log-softmax over classes of d_y + Γ_h(v Wᵀ + U_y), with U_y and d_y the label's weights and bias.
/// </summary>
/// <remarks>
/// <para>As a module it maps v to log p(y | v), for example for <see cref="ClassifierEvaluation"/>. <see cref="Joint"/> is an
/// ordinary <see cref="Rbm"/> over rows and labels, built by <see cref="Join"/>. State-dict keys have the prefix
/// <c>joint.</c>.</para>
/// <para>Sources: Larochelle and Bengio 2008, "Classification using discriminative restricted Boltzmann machines"; Larochelle,
/// Mandel, Pascanu and Bengio 2012, "Learning algorithms for the classification restricted Boltzmann machine".</para>
/// </remarks>
/// <example><code>
/// using var model = ClassificationRbm.Bernoulli(visible: 784, hidden: 500, classes: 10);
/// var history = model.Fit(images, labels, new() { Epochs = 20 });
/// using var logProbabilities = model.forward(images); // [rows, 10]
/// using var features = model.Transform(images); // [rows, 500]
/// using var wanted = torch.full(20, 3, ScalarType.Int64);
/// using var threes = model.Sample(wanted); // [20, 784]
/// model.Save("classification.pt");
/// </code></example>
public sealed class ClassificationRbm : torch.nn.Module<Tensor, Tensor>
{
    // An input at which a binary unit is off, given any class.
    private const double Dropped = -100;

    private readonly Rbm joint;

    /// <summary>Wraps an RBM over rows and labels, for example a loaded one.</summary>
    /// <param name="joint">
    /// The RBM, owned and disposed by this model. Its visible units are <see cref="CompositeUnits"/> whose last part, the label,
    /// is <see cref="SoftmaxUnits"/> with one group.
    /// </param>
    /// <exception cref="ArgumentException">The visible units are of another kind.</exception>
    public ClassificationRbm(Rbm joint)
        : base(nameof(ClassificationRbm))
    {
        ArgumentNullException.ThrowIfNull(joint);
        if (joint.Visible is not CompositeUnits { Parts: [_, .., SoftmaxUnits { Groups: 1 }] })
            throw new ArgumentException($"Expected composite visible units that end in softmax units with one group, the label; found {joint.Visible.Description}.", nameof(joint));
        this.joint = joint;
        Classes = Label.Categories;
        RegisterComponents();
    }

    /// <summary>Creates a model with binary visible and hidden units.</summary>
    /// <param name="visible">Number of visible units without the label's, 1 or more.</param>
    /// <param name="hidden">Number of hidden units, 1 or more.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Device; null uses the CPU.</param>
    /// <param name="dtype">Element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentException">The device is not available, or the element type is not floating-point.</exception>
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
        return Placement.Moved(new ClassificationRbm(new Rbm(units, new BernoulliUnits(hidden), weights, seed)), device, dtype);
    }

    /// <summary>The RBM over rows and labels, <c>[batch, visible + classes]</c>.</summary>
    public Rbm Joint => joint;

    /// <summary>Number of visible units without the label's.</summary>
    public long VisibleSize => joint.VisibleSize - Classes;

    /// <summary>Number of classes.</summary>
    public long Classes { get; }

    internal UnitSupport VisibleSupport => new CompositeSupport(Parts.SkipLast(1));

    private IReadOnlyList<UnitLayer> Parts => ((CompositeUnits)joint.Visible).Parts;

    private SoftmaxUnits Label => (SoftmaxUnits)Parts[^1];

    // Null if the hidden units are not binary.
    private Parameter? HiddenBias => (joint.Hidden as BernoulliUnits)?.Bias;

    private Tensor WeightOfRows => joint.Weight.narrow(1, 0, VisibleSize);

    private Tensor WeightOfClasses => joint.Weight.narrow(1, VisibleSize, Classes);

    private Tensor WeightOfFirstClass => joint.Weight.select(1, VisibleSize);

    /// <summary>What the inputs of the hidden units given each class differ from those given the first by, U_y - U_0, <c>[classes, hidden]</c>.</summary>
    private Tensor ClassDifferences => (WeightOfClasses.t() - WeightOfFirstClass).contiguous();

    /// <summary>Returns log p(y | v) of every class, in closed form.</summary>
    /// <remarks>Supports autograd, which stores a few times classes · hidden values per row.</remarks>
    /// <param name="input">Rows v, <c>[batch, visible]</c>.</param>
    /// <returns>Log probabilities, <c>[batch, classes]</c>, in nats.</returns>
    public override Tensor forward(Tensor input)
    {
        Guard.Matrix(input, VisibleSize, joint.Weight);
        InputChecks.Values(VisibleSupport, input);
        using var scope = torch.NewDisposeScope();
        return LogProbabilities(InputsOf(input)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the features of rows whose label is not known, E[h | v] = Σ p(y | v) E[h | v, y] over classes y: the hidden units given
    /// the row alone, in closed form. Without a graph for autograd.
    /// </summary>
    /// <remarks>
    /// Given the label as well, the features are the <see cref="Rbm.Transform"/> of <see cref="Joint"/>, of rows from <see cref="Join"/>.
    /// </remarks>
    /// <param name="visible">Rows v, <c>[batch, visible]</c>; may be sparse: only blocks of its rows become dense.</param>
    /// <returns><c>[batch, hidden]</c>, dense.</returns>
    public Tensor Transform(Tensor visible)
    {
        using var noGrad = torch.no_grad();
        return SparseRows.Are(visible) ? SparseRows.Map(visible, VisibleSize, joint.Weight, HiddenMean) : HiddenMean(visible);
    }

    /// <summary>
    /// Returns a feed-forward classifier that begins where the model is: a linear module and an activation for the hidden units, then a
    /// linear output module, both with copies of the weights.
    /// </summary>
    /// <remarks>
    /// <para>The label's weights U and bias d make the output module, so that of hidden states h it has the model's p(y | h), the softmax
    /// of d + U h. The hidden units' bias takes in the mean Ū of U over the classes, as no label says which. The logits are then those
    /// of <see cref="forward"/> to first order in U - Ū, d_y + Γ_h(v Wᵀ + U_y) ≈ d_y + Γ_h(v Wᵀ + Ū) + (U_y - Ū) · E[h | v Wᵀ + Ū], where
    /// the modules compute E[h], which for ReLU units they do only far from 0. Nothing is random.</para>
    /// <para>Needs hidden units whose <see cref="UnitLayer.ToFeedForward"/> begins with a linear module: Bernoulli, spin, Gaussian, ReLU,
    /// one group of categories, or units of your own.</para>
    /// </remarks>
    /// <param name="dropout">Dropout before the linear modules, where the rate is more than 0; null for none. Counts in state-dict keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model has one class.</exception>
    /// <exception cref="NotSupportedException">No modules compute the mean of the hidden units.</exception>
    /// <example><code>
    /// using var net = model.ToClassifier();
    /// net.FitClassifier(images, labels, new() { Epochs = 5 });
    /// </code></example>
    public Classifier ToClassifier(DropoutRates? dropout = null)
    {
        Lifetime.Check(this);
        if (Classes < 2)
            throw new InvalidOperationException($"Expected a model of two or more classes, found {Classes}.");
        dropout?.Validate();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The units' modules say what becomes of a constant input, which is the last column here: a part of the bias.
        var modules = joint.Hidden.ToFeedForward(torch.cat([WeightOfRows, WeightOfClasses.mean([1], keepdim: true)], 1));
        if (modules is not [TorchSharp.Modules.Linear { bias: { } bias } linear, ..])
            throw new NotSupportedException($"Expected hidden units whose modules begin with a linear one with a bias, found {joint.Hidden.Description} ones.");
        using var whole = linear;
        var ofRows = FeedForward.Linear(whole.weight.narrow(1, 0, VisibleSize), bias.Plus(whole.weight.select(1, VisibleSize)));
        return new Classifier(FeedForwardNetwork.Of([[ofRows, .. modules.Skip(1)]], FeedForward.Linear(WeightOfClasses.t(), Label.Bias), dropout));
    }

    /// <summary>Returns the free energy of rows without their labels, F(v) = -log Σ exp(-F(v, y)) over classes y, in closed form.</summary>
    /// <remarks>Σ_v exp(-F(v)) is the Z of <see cref="Joint"/>. Supports autograd.</remarks>
    /// <param name="visible">Rows v, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch]</c>, in nats.</returns>
    public Tensor FreeEnergy(Tensor visible)
    {
        Guard.Matrix(visible, VisibleSize, joint.Weight);
        InputChecks.Values(VisibleSupport, visible);
        using var scope = torch.NewDisposeScope();
        var (first, logits) = CumulantsOfClasses(InputsOf(visible));
        var free = first.Plus(logits.Plus(Label.Bias).logsumexp(1)).neg();
        foreach (var (part, start) in SharedInputs.Parts(joint.Visible).SkipLast(1))
            free = free.Plus(part.Energy(visible.narrow(1, start, part.Size)));
        return free.MoveToOuterDisposeScope();
    }

    /// <summary>Draws a label from p(y | v) for each row whose label is -1; the others stay.</summary>
    internal Tensor DrawMissingLabels(Tensor visible, Tensor labels, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return torch.where(labels.IsBelow(0), DrawLabels(visible, generator), labels).MoveToOuterDisposeScope();
    }

    /// <summary>Draws a label from p(y | v) for each row.</summary>
    internal Tensor DrawLabels(Tensor visible, Generator? generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // Not by multinomial, which waits for a GPU to check its probabilities, and fails amid a run that diverges.
        return Label.Sample(CumulantsOfClasses(InputsOf(visible)).Logits, generator).argmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>Adds <paramref name="scale"/> times the gradient of the mean -log p(y | v) to the parameters' <c>.grad</c>.</summary>
    /// <param name="visible">v, <c>[batch, D]</c>. Its gradient goes on to what it was computed from, if autograd knows that.</param>
    /// <param name="labels">Class of each row, <c>[batch]</c>.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="ofRows">A factor of each row, <c>[batch]</c>; null for none.</param>
    /// <param name="dropout">Probability of dropping a hidden unit, in [0, 1); those that stay count for more.</param>
    /// <param name="generator">Draws which are dropped; null uses the default generator.</param>
    internal void AccumulateGradient(Tensor visible, Tensor labels, double scale, Tensor? ofRows = null, double dropout = 0, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        if (!IsForKernels(visible))
        {
            using var grad = torch.enable_grad();
            var terms = LogProbabilities(InputsOf(visible), dropout, generator).gather(1, labels.unsqueeze(1)).squeeze(1);
            if (terms.requires_grad)
                (ofRows is null ? terms : terms * ofRows).mean().Times(-scale).backward();
            return;
        }

        using var noGrad = torch.no_grad();
        var rows = visible.size(0);
        var inputs = InputsOf(visible).Add(HiddenBias!);
        if (dropout > 0)
            inputs = torch.where(DropoutFactors.Draw(inputs, dropout, generator).IsNotZero(), inputs, torch.empty_like(inputs).Fill(Dropped));
        var logits = torch.empty(rows, Classes, visible.dtype, visible.device);
        var means = torch.empty(rows, Classes * joint.HiddenSize, visible.dtype, visible.device);
        ClassKernel.Activate(inputs, ClassDifferences, logits, means, null);

        // The gradient with respect to the logits: p(y | v), less 1 for the true class.
        var counted = 1 / (1 - dropout);
        var weights = (logits.Times(counted).Plus(Label.Bias).softmax(1) - torch.nn.functional.one_hot(labels, Classes)).Times(scale / rows);
        if (ofRows is not null)
            weights = weights * ofRows.unsqueeze(1);
        ClassKernel.Weigh(means, weights.Times(counted), inputs);
        _ = Gradients.Of(Label.Bias)?.Add(weights.sum(dim: 0));
        if (Gradients.Of(HiddenBias!) is { } ofBias)
            ColumnSums.Add(inputs, null, ofBias, null, 1);
        if (Gradients.Of(joint.Weight) is { } ofWeight)
        {
            var ofClasses = torch.zeros(Classes * joint.HiddenSize, visible.dtype, visible.device);
            ColumnSums.Add(means, null, ofClasses, null, 1);
            _ = ofWeight.narrow(1, VisibleSize, Classes).Add(ofClasses.reshape(Classes, -1).t());
            // Not in place: where products of float32 may be rounded, torch takes a hundred times as long to add one to a part of a matrix.
            _ = ofWeight.narrow(1, 0, VisibleSize).Add(inputs.t().mm(visible));
        }

        if (visible.requires_grad)
            visible.backward([inputs.mm(WeightOfRows)]);
    }

    /// <summary>The inputs of the hidden units given the first class, v Wᵀ + U_0, <c>[batch, hidden]</c>.</summary>
    private Tensor InputsOf(Tensor visible) => torch.addmm(WeightOfFirstClass, visible, WeightOfRows.t(), 1, 1);

    // One class after the other: the means given each of them would take classes times the memory.
    private Tensor HiddenMean(Tensor visible)
    {
        Guard.Matrix(visible, VisibleSize, joint.Weight);
        InputChecks.Values(VisibleSupport, visible);
        using var scope = torch.NewDisposeScope();
        var inputs = InputsOf(visible);
        var probabilities = LogProbabilities(inputs).exp();
        var (means, differences) = (torch.zeros_like(inputs), ClassDifferences);
        for (var label = 0L; label < Classes; label++)
        {
            using var classScope = torch.NewDisposeScope();
            _ = means.AddProduct(joint.Hidden.Mean(inputs.Plus(differences.select(0, label))), probabilities.narrow(1, label, 1));
        }

        return means.MoveToOuterDisposeScope();
    }

    /// <summary>log p(y | v) from the inputs given the first class, <c>[batch, classes]</c>.</summary>
    private Tensor LogProbabilities(Tensor inputs, double dropout = 0, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        return CumulantsOfClasses(inputs, dropout, generator).Logits.Plus(Label.Bias).log_softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Γ_h(v Wᵀ + U_0), <c>[batch]</c>, from the inputs given the first class, and for each class y what Γ_h(v Wᵀ + U_y) differs
    /// from it by, <c>[batch, classes]</c>; both in the caller's dispose scope.
    /// </summary>
    /// <remarks>
    /// Γ sums over all hidden units, and what sets the classes apart is a small part of it, so the first class's is subtracted unit by unit:
    /// a float32 as large as the sums would have too few digits left for the difference.
    /// </remarks>
    private (Tensor First, Tensor Logits) CumulantsOfClasses(Tensor inputs, double dropout = 0, Generator? generator = null)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, differences) = (inputs.shape[0], ClassDifferences);
        if (torch.is_grad_enabled())
        {
            var terms = joint.Hidden.CumulantTerms(inputs.unsqueeze(1).Plus(differences).reshape(-1, joint.HiddenSize));
            var ofClasses = terms.reshape(rows, Classes, terms.shape[1]);
            if (dropout > 0)
                ofClasses = ofClasses * DropoutFactors.Draw(ofClasses.select(1, 0), dropout, generator).unsqueeze(1);
            var ofFirst = ofClasses.narrow(1, 0, 1);
            return scope.MoveToOuter(ofFirst.sum([1, 2]), (ofClasses - ofFirst).sum(2));
        }

        var logits = torch.zeros(rows, Classes, inputs.dtype, inputs.device);
        if (IsForKernels(inputs))
        {
            var sums = torch.empty(rows, inputs.dtype, inputs.device);
            ClassKernel.Activate(inputs.Plus(HiddenBias!), differences, logits, null, sums);
            return scope.MoveToOuter(sums, logits);
        }

        // One class after the other, where no graph has to remember them all.
        var first = joint.Hidden.CumulantTerms(inputs);
        for (var label = 1L; label < Classes; label++)
        {
            using var classScope = torch.NewDisposeScope();
            _ = logits.select(1, label).copy_((joint.Hidden.CumulantTerms(inputs.Plus(differences.select(0, label))) - first).sum(1));
        }

        return scope.MoveToOuter(first.sum(1), logits);
    }

    private bool IsForKernels(Tensor visible)
        => HiddenBias is { } bias && TensorMemory.IsFast(bias) && TensorMemory.IsFast(visible) && TensorMemory.IsFast(joint.Weight);

    /// <summary>Concatenates rows and their one-hot labels to rows of <see cref="Joint"/>.</summary>
    /// <param name="visible">Rows, <c>[rows, visible]</c>.</param>
    /// <param name="labels">Class of each row, <c>[rows]</c>, <c>int64</c>, from 0.</param>
    /// <returns>Joint rows, <c>[rows, visible + classes]</c>.</returns>
    /// <exception cref="ArgumentException">The rows or labels do not fit the model.</exception>
    public Tensor Join(Tensor visible, Tensor labels)
    {
        Guard.Rows(visible, VisibleSize, joint.Weight);
        Guard.Labels(labels, visible, Classes);
        InputChecks.Values(VisibleSupport, visible);
        return JoinUnchecked(visible, labels);
    }

    /// <summary>Skips the check of the labels, which would synchronize a GPU in every batch.</summary>
    internal Tensor JoinUnchecked(Tensor visible, Tensor labels)
    {
        using var scope = torch.NewDisposeScope();
        var label = torch.nn.functional.one_hot(labels, Classes).to(visible.dtype);
        return torch.cat([visible, label], 1).MoveToOuterDisposeScope();
    }
}
