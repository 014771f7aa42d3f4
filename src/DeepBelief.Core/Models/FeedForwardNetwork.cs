using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief;

/// <summary>A sequence of modules, of which at least one is linear, that maps rows to rows.</summary>
/// <remarks>
/// State-dict keys are those of a PyTorch <c>nn.Sequential</c> of the same modules: <c>0.weight</c>, <c>0.bias</c>, ... Dropout
/// modules draw from torch's default generator or, while the library trains on the CPU, from one of the run; their masks differ
/// from those of PyTorch with the same seed.
/// </remarks>
public abstract class FeedForwardNetwork : torch.nn.Module<Tensor, Tensor>
{
    private readonly torch.nn.Module<Tensor, Tensor>[] sequence;

    private protected FeedForwardNetwork(string name, IEnumerable<torch.nn.Module<Tensor, Tensor>> modules)
        : base(name)
    {
        sequence = [.. modules];
        for (var i = 0; i < sequence.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), sequence[i]);
        RegisterComponents();
    }

    /// <summary>Number of inputs.</summary>
    public long InputSize => Linears.First().weight.shape[1];

    /// <summary>Number of outputs.</summary>
    public long OutputSize => Linears.Last().weight.shape[0];

    /// <summary>The modules, in the order of application.</summary>
    public IReadOnlyList<torch.nn.Module<Tensor, Tensor>> Modules => sequence;

    /// <summary>True if, on the CPU, no module draws from torch's default generator by itself.</summary>
    internal bool DrawsByItself => sequence.All(module => module is Linear or BatchNorm1d or Dropout or Sigmoid or ReLU or Tanh or Softmax or Identity);

    internal bool IsDisposed => Linears.Any(linear => linear.weight is null or { IsInvalid: true });

    private IEnumerable<Linear> Linears => sequence.OfType<Linear>();

    /// <summary>Returns the outputs.</summary>
    /// <param name="input">Data, <c>[batch, inputs]</c>.</param>
    /// <returns>Outputs, <c>[batch, outputs]</c>: logits of a classifier.</returns>
    public sealed override Tensor forward(Tensor input) => Apply(input, sequence.Length);

    /// <summary>Applies the first modules.</summary>
    internal Tensor Apply(Tensor input, int modules)
    {
        Lifetime.Check(this);
        Guard.Matrix(input, InputSize, Linears.First().weight);
        using var scope = torch.NewDisposeScope();
        var states = input;
        foreach (var module in sequence.AsSpan(0, modules))
        {
            states = module switch
            {
                Dropout { training: true } dropout => Drop(states, dropout),
                BatchNorm1d norm => BatchNormalization.Apply(norm, states),
                _ => module.call(states),
            };
        }

        return states.MoveToOuterDisposeScope();
    }

    /// <summary>Copies of the modules, with batch normalization by rows (<see cref="BatchNormalization.Insert"/>).</summary>
    private protected List<torch.nn.Module<Tensor, Tensor>> Normalized(Tensor rows)
    {
        Lifetime.Check(this);
        Guard.Matrix(rows, InputSize, Linears.First().weight);
        if (rows.shape[0] < 2)
            throw new ArgumentException($"Expected two or more rows, as one has no variance, found {Shapes.Text(rows)}.", nameof(rows));
        InputChecks.Values(UnitSupport.Real, rows, nameof(rows));
        return BatchNormalization.Insert(sequence, rows);
    }

    /// <summary>Lists the modules of hidden layers of RBMs, lowest first, and of an output module with random weights.</summary>
    private protected static IEnumerable<torch.nn.Module<Tensor, Tensor>> ModulesOf(IReadOnlyList<Rbm> layers, long outputs, long seed, DropoutRates? dropout)
    {
        dropout?.Validate();
        var top = layers[^1];
        return Of(
            layers.Select(layer => layer.Hidden.ToFeedForward(layer.Weight)),
            RandomLinear(top.HiddenSize, outputs, Randomness.Generator(seed, Randomness.OutputWeights), top.Weight.device, top.Weight.dtype),
            dropout);
    }

    /// <summary>Lists the modules of sigmoid layers and an output module, all with random weights, as <c>nn.Linear</c> has.</summary>
    private protected static IEnumerable<torch.nn.Module<Tensor, Tensor>> RandomModules(IReadOnlyList<long> sizes, long outputs, long seed, DropoutRates? dropout)
    {
        Guard.Sizes(sizes, least: 1);
        dropout?.Validate();
        return Of(
            Enumerable.Range(1, sizes.Count - 1).Select(i => new torch.nn.Module<Tensor, Tensor>[]
            {
                RandomLinear(sizes[i - 1], sizes[i], Randomness.Generator(seed, Randomness.LayerWeights + i), torch.CPU, ScalarType.Float32),
                torch.nn.Sigmoid(),
            }),
            RandomLinear(sizes[^1], outputs, Randomness.Generator(seed, Randomness.OutputWeights), torch.CPU, ScalarType.Float32),
            dropout);
    }

    /// <summary>A linear module with PyTorch's initialization, uniform in ±1/√inputs, from a generator that this method disposes.</summary>
    internal static Linear RandomLinear(long inputs, long outputs, Generator generator, Device device, ScalarType dtype)
    {
        var linear = FeedForward.Zeros(inputs, outputs, hasBias: true, torch.CPU, ScalarType.Float32);
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        using (generator)
        {
            var bound = 1 / Math.Sqrt(inputs);
            _ = linear.weight.uniform_(-bound, bound, generator);
            _ = linear.bias!.uniform_(-bound, bound, generator);
        }

        using var mode = Parameters.OutsideInference();
        return linear.to(device, dtype);
    }

    /// <summary>Lists the modules of hidden layers and an output module, with dropout before each linear module.</summary>
    internal static List<torch.nn.Module<Tensor, Tensor>> Of(IEnumerable<IReadOnlyList<torch.nn.Module<Tensor, Tensor>>> layers, Linear output, DropoutRates? dropout)
    {
        var modules = new List<torch.nn.Module<Tensor, Tensor>>();
        var rate = dropout?.Input ?? 0;
        foreach (var layer in layers.Append([output]))
        {
            if (rate > 0)
                modules.Add(torch.nn.Dropout(rate));
            modules.AddRange(layer);
            rate = dropout?.Hidden ?? 0;
        }

        return modules;
    }

    private static Tensor Drop(Tensor states, Dropout dropout)
    {
        if (dropout.p is <= 0 or >= 1 || dropout.inplace || states.device_type != DeviceType.CPU)
            return dropout.call(states);
        return states * DropoutFactors.Draw(states, dropout.p, null);
    }
}
