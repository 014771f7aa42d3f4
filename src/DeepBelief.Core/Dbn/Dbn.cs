using DeepBelief.Data;
using DeepBelief.Internal;
using DeepBelief.Persistence;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A deep belief network: restricted Boltzmann machines stacked so that the hidden units of each are the visible units of
/// the next (Hinton, Osindero and Teh 2006, "A fast learning algorithm for deep belief nets").
/// </summary>
/// <remarks>
/// As a module it maps data to the expected states of the top layer. State-dict keys: those of each <see cref="Rbm"/>
/// after the layer's number, <c>0.weight</c>, <c>0.visible.bias</c>, ...
/// </remarks>
public sealed class Dbn : torch.nn.Module<Tensor, Tensor>
{
    private const string FileKind = "dbn";
    private readonly Rbm[] layers;

    /// <summary>Stacks machines.</summary>
    /// <param name="layers">The machines, lowest first; at least one. The network owns and disposes them.</param>
    /// <exception cref="ArgumentException">
    /// There are none, the hidden units of one differ in number or kind from the visible units of the next, or they differ
    /// in element type or device.
    /// </exception>
    public Dbn(params IEnumerable<Rbm> layers)
        : base(nameof(Dbn))
    {
        ArgumentNullException.ThrowIfNull(layers);
        this.layers = [.. layers];
        if (this.layers.Length == 0)
            throw new ArgumentException("Expected at least one layer, found none.", nameof(layers));
        foreach (var layer in this.layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            Guard.SameKind(layer.Weight, this.layers[0].Weight, nameof(layers));
        }

        for (var i = 1; i < this.layers.Length; i++)
        {
            var (below, above) = (this.layers[i - 1].Hidden, this.layers[i].Visible);
            if (below.Description != above.Description)
            {
                throw new ArgumentException(
                    $"Expected layer {i} to have {below.Description} visible units, as layer {i - 1} has hidden ones; found {above.Description} ones.",
                    nameof(layers));
            }
        }

        for (var i = 0; i < this.layers.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), this.layers[i]);
        RegisterComponents();
    }

    /// <summary>A network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Bernoulli(params long[] sizes) => Bernoulli(sizes, weights: null);

    /// <summary>A network of binary units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">How the weights are drawn; <see cref="WeightInitialization.Default"/> when null.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Where the network lives; the CPU when null.</param>
    /// <param name="dtype">Its element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Bernoulli(IReadOnlyList<long> sizes, WeightInitialization? weights, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new BernoulliUnits(size), weights, seed, device, dtype);

    /// <summary>A network of real-valued visible units, with learned variances, and binary hidden units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Gaussian(params long[] sizes) => Gaussian(sizes, weights: null);

    /// <summary>A network of real-valued visible units, with learned variances, and binary hidden units.</summary>
    /// <param name="sizes">Sizes of the layers, visible first; at least two, each 1 or more.</param>
    /// <param name="weights">How the weights are drawn; <see cref="WeightInitialization.Default"/> when null.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="device">Where the network lives; the CPU when null.</param>
    /// <param name="dtype">Its element type, <c>float32</c> or <c>float64</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is less than 1.</exception>
    public static Dbn Gaussian(IReadOnlyList<long> sizes, WeightInitialization? weights, long seed = 0, Device? device = null, ScalarType dtype = ScalarType.Float32)
        => Stack(sizes, size => new GaussianUnits(size), weights, seed, device, dtype);

    /// <summary>The machines, lowest first.</summary>
    public IReadOnlyList<Rbm> Layers => layers;

    /// <summary>Number of visible units of the lowest layer.</summary>
    public long VisibleSize => layers[0].VisibleSize;

    /// <summary>Number of hidden units of the top layer.</summary>
    public long TopSize => layers[^1].HiddenSize;

    /// <summary>Expected states of the top layer: <see cref="Transform"/> under the name that modules have.</summary>
    /// <param name="input">Data, <c>[batch, visible]</c>.</param>
    /// <returns><c>[batch, top]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        Check(input);
        return LayerInputs.Probabilities.Propagate(input, Up(layers.Length), []);
    }

    /// <summary>
    /// Pre-trains the layers one after the other, each on what the trained layers below make of the data.
    /// </summary>
    /// <param name="data">
    /// Training rows, <c>[rows, visible]</c>, of the network's element type and on its device; finite, and in [0, 1] for
    /// binary units.
    /// </param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, for each layer, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public IReadOnlyList<History<EpochMetrics>> Fit(
        Tensor data,
        DbnTrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => FitInMemory(data, Validated(options), validation: null, progress, cancellationToken);

    /// <summary>
    /// Pre-trains the layers as the overload without <paramref name="validation"/> does, and evaluates each on what the
    /// trained layers below make of other rows.
    /// </summary>
    /// <param name="data">Training rows, as for the overload without <paramref name="validation"/>.</param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="validation">
    /// Rows that are only evaluated, <c>[rows, visible]</c>. Early stopping looks at these, where it is asked for; the
    /// training is otherwise the same as without them.
    /// </param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, for each layer, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">The data or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public IReadOnlyList<History<EpochMetrics>> Fit(
        Tensor data,
        DbnTrainingOptions? options,
        Tensor validation,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(validation);
        options = Validated(options);
        Guard.Rows(validation, VisibleSize, layers[0].Weight);
        Guard.Values(validation, layers[0].VisibleSupport);
        return FitInMemory(data, options, validation, progress, cancellationToken);
    }

    /// <summary>
    /// Pre-trains the layers on rows that are read batch by batch, for data that memory does not hold. Batches are sent up
    /// to the layer under training whenever they are read.
    /// </summary>
    /// <param name="source">The batches, as for <see cref="EnergyModelTraining.Fit(IEnergyModel, IBatchSource, TrainingOptions?, Tensor?, IProgress{TrainingProgress}?, CancellationToken)"/>.</param>
    /// <param name="options">How to train; the defaults when null.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Looked at before every batch; the network keeps what it had learned by then.</param>
    /// <returns>What was measured, for each layer, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">A batch or an option does not fit; the message says what was expected and found.</exception>
    /// <exception cref="TrainingDivergedException">A parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="CheckpointMismatchException">The checkpoint is that of another run; nothing was changed.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The checkpoint could not be read or written; an old one is as it was.</exception>
    public IReadOnlyList<History<EpochMetrics>> Fit(
        IBatchSource source,
        DbnTrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options = Validated(options);
        using var rows = new RowsFromSource(source, layers[0], options);
        return Fit(
            rows.Overview,
            validation: null,
            options,
            (layer, own) => new RowsFromSource(new LayerSource(source, layer, options.Seed, (states, generator) => Inputs(layer, states, options.Inputs, generator)), layers[layer], own),
            progress,
            cancellationToken);
    }

    /// <summary>What the top layer makes of data.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">What each layer passes on; <see cref="LayerInputs.Probabilities"/> when null.</param>
    /// <param name="generator">Source of randomness, where states are sampled; torch's default generator when null.</param>
    /// <returns>States of the top layer, <c>[batch, top]</c>.</returns>
    public Tensor Transform(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        Check(data);
        using var noGrad = torch.no_grad();
        return (inputs ?? LayerInputs.Probabilities).Propagate(data, Up(layers.Length), SampledUp(layers.Length, generator));
    }

    /// <summary>Data sent up to the top layer and down again.</summary>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <param name="inputs">What each layer passes on, both ways; <see cref="LayerInputs.Probabilities"/> when null.</param>
    /// <param name="generator">Source of randomness, where states are sampled; torch's default generator when null.</param>
    /// <returns>Reconstructions, <c>[batch, visible]</c>.</returns>
    public Tensor Reconstruct(Tensor data, LayerInputs? inputs = null, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var top = Transform(data, inputs, generator);
        return (inputs ?? LayerInputs.Probabilities).Propagate(top, Down(layers.Length), SampledDown(layers.Length, generator));
    }

    /// <summary>
    /// Rows drawn from the network: Gibbs sampling in the top machine, from states that are drawn without inputs, then one
    /// sampled pass down; the lowest layer gives expected states (Hinton, Osindero and Teh 2006, section 6).
    /// </summary>
    /// <param name="count">Number of rows, 1 or more.</param>
    /// <param name="steps">Steps of Gibbs sampling, 1 or more.</param>
    /// <param name="generator">Source of randomness; torch's default generator when null.</param>
    /// <returns><c>[count, visible]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public Tensor Sample(long count, int steps = 1000, Generator? generator = null)
    {
        Guard.Size(count);
        Guard.Size(steps);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var top = layers[^1];
        var noInputs = torch.zeros(count, top.VisibleSize, dtype: top.Weight.dtype, device: top.Weight.device);
        var states = MarkovChain.Run(top, top.Visible.Sample(noInputs, generator), steps, generator);
        if (layers.Length == 1)
            return top.VisibleMean(top.SampleHidden(states, generator)).MoveToOuterDisposeScope();
        foreach (var layer in layers[1..^1].Reverse())
            states = layer.SampleVisible(states, generator);
        return layers[0].VisibleMean(states).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A feed-forward classifier that begins where the network is: one linear module, with copies of the weights, and one
    /// activation for each layer, then a linear module with random weights to the classes.
    /// </summary>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="seed">Seed of the last module's weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public Classifier ToClassifier(long classes, long seed = 0)
    {
        Classifier.CheckClasses(classes);
        var modules = layers.SelectMany(layer => layer.Hidden.ToFeedForward(layer.Weight)).ToList();
        modules.Add(Classifier.RandomLinear(TopSize, classes, Randomness.Generator(seed, Randomness.OutputWeights), layers[0].Weight.device, layers[0].Weight.dtype));
        return new Classifier(modules);
    }

    /// <summary>Saves the network to a file that <see cref="Load"/> and PyTorch read.</summary>
    /// <param name="path">The file; replaced if it exists, and there whole or not at all.</param>
    /// <param name="format">How it is written; the library's own format by default.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="NotSupportedException">A unit type is not one of the library's: files cannot name it.</exception>
    /// <exception cref="ArgumentException">The format is <see cref="ModelFormat.Original"/>, and not all units are Bernoulli units.</exception>
    public void Save(string path, ModelFormat format = ModelFormat.DeepBelief)
    {
        if (format == ModelFormat.Original)
            OriginalLayout.Save(path, this);
        else
            ModelFile.Save(path, format, FileKind, DbnConfig.Write(this), this);
    }

    /// <summary>Loads a network.</summary>
    /// <remarks>
    /// Reads what <see cref="Save"/> wrote, in every format but <see cref="ModelFormat.StateDict"/>, and what the Python original's
    /// <c>DBN</c> saved: that file does not say of which units it is, and is read as one of Bernoulli units.
    /// </remarks>
    /// <param name="path">The file; its content says of which format it is.</param>
    /// <param name="device">Where the network is put; the CPU when null.</param>
    /// <exception cref="DataFormatException">The file is damaged or holds something else.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    public static Dbn Load(string path, Device? device = null)
        => ModelFile.Load(path, FileKind, device, DbnConfig.Read, OriginalLayout.ReadDbn);

    private static Dbn Stack(
        IReadOnlyList<long> sizes,
        Func<long, UnitLayer> lowest,
        WeightInitialization? weights,
        long seed,
        Device? device,
        ScalarType dtype)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2 || sizes.Any(size => size < 1))
            throw new ArgumentException($"Expected at least two sizes, each 1 or more; found [{string.Join(", ", sizes)}].", nameof(sizes));
        var dbn = new Dbn(Enumerable.Range(0, sizes.Count - 1).Select(i => new Rbm(
            i == 0 ? lowest(sizes[0]) : new BernoulliUnits(sizes[i]),
            new BernoulliUnits(sizes[i + 1]),
            weights,
            Randomness.Derive(seed, Randomness.LayerWeights + i))));
        Placement.Move(dbn, device, dtype);
        return dbn;
    }

    private DbnTrainingOptions Validated(DbnTrainingOptions? options)
    {
        options ??= new DbnTrainingOptions();
        options.Validate();
        if (options.Layers is { } given && given.Count != layers.Length)
            throw new ArgumentException($"Expected options for {layers.Length} layers, found {given.Count}.", nameof(options));
        // All layers before any is trained.
        for (var i = 0; i < layers.Length; i++)
            EnergyModelTraining.CheckOptions(layers[i], options.Layers?[i] ?? options);
        return options;
    }

    private List<History<EpochMetrics>> FitInMemory(
        Tensor data,
        DbnTrainingOptions options,
        Tensor? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        Check(data);
        Guard.Values(data, layers[0].VisibleSupport);
        return Fit(
            data,
            validation,
            options,
            (layer, own) => new RowsInMemory(Inputs(layer, data, options, Randomness.LayerInputs), own, owned: true),
            progress,
            cancellationToken);
    }

    private List<History<EpochMetrics>> Fit(
        Tensor overview,
        Tensor? validation,
        DbnTrainingOptions options,
        Func<int, TrainingOptions, TrainingRows> open,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var checkpoint = Checkpoint.Open(
            options.Checkpoint,
            ModelState.Of(this, parameters()),
            state => new RunDescription(this, state, options, ("training", overview), ("validation", validation)));
        var histories = new List<History<EpochMetrics>>(layers.Length);
        for (var i = 0; i < layers.Length; i++)
        {
            var own = options.Layers?[i] ?? options;
            var stage = checkpoint?.Stage(i);
            if (stage?.Result<EpochMetrics>(own) is { } result)
            {
                histories.Add(result);
                continue;
            }

            using var noGrad = torch.no_grad();
            using var unseen = validation is null ? null : Inputs(i, validation, options, Randomness.ValidationInputs);
            using var rows = open(i, own);
            histories.Add(EnergyModelTraining.Run(layers[i], rows, own, unseen, stage, new ProgressReporter(progress, i + 1, layers.Length), cancellationToken));
        }

        return histories;
    }

    /// <summary>What a layer is trained or evaluated on, of data in memory.</summary>
    private Tensor Inputs(int layer, Tensor data, DbnTrainingOptions options, int streams)
    {
        // A generator for each layer, so that one draws the same numbers whether or not the layers below were trained just
        // now.
        var stream = streams + layer;
        Randomness.SeedDefault(data.device, options.Seed, stream);
        using var generator = Randomness.Generator(options.Seed, data.device, stream);
        return Inputs(layer, data, options.Inputs, generator);
    }

    private Tensor Inputs(int layer, Tensor states, LayerInputs inputs, Generator? generator)
        => inputs.Propagate(states, Up(layer), SampledUp(layer, generator));

    private IEnumerable<Func<Tensor, Tensor>> Up(int count) => layers[..count].Select(layer => (Func<Tensor, Tensor>)layer.HiddenMean);

    private IEnumerable<Func<Tensor, Tensor>> SampledUp(int count, Generator? generator)
        => layers[..count].Select(layer => (Func<Tensor, Tensor>)(states => layer.SampleHidden(states, generator)));

    private IEnumerable<Func<Tensor, Tensor>> Down(int count)
        => layers[..count].Reverse().Select(layer => (Func<Tensor, Tensor>)layer.VisibleMean);

    private IEnumerable<Func<Tensor, Tensor>> SampledDown(int count, Generator? generator)
        => layers[..count].Reverse().Select(layer => (Func<Tensor, Tensor>)(states => layer.SampleVisible(states, generator)));

    private void Check(Tensor data) => Guard.Rows(data, VisibleSize, layers[0].Weight);
}
