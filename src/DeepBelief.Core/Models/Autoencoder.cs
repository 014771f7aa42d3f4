using System.Runtime.CompilerServices;
using DeepBelief.Tensors;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief;

/// <summary>
/// A deep autoencoder: an encoder that maps rows to codes and a decoder that maps codes to rows, the two halves of an unrolled
/// <see cref="Dbn"/> (Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks").
/// </summary>
/// <remarks>
/// As a module it maps rows to their reconstructions. Rows have values in the range of the outputs: of a sigmoid in [0, 1], of a tanh
/// in [-1, 1], of a softmax 0 or more and of sum 1, otherwise any. The halves have weights of their own, which training lets go apart.
/// State-dict keys are those of PyTorch modules <c>encoder</c> and <c>decoder</c>, both an <c>nn.Sequential</c>:
/// <c>encoder.0.weight</c>, <c>encoder.0.bias</c>, ...
/// </remarks>
/// <example><code>
/// using var top = new Rbm(new BernoulliUnits(250), new GaussianUnits(30)); // a linear code
/// using var dbn = new Dbn(Rbm.Bernoulli(784, 1000), Rbm.Bernoulli(1000, 250), top);
/// dbn.Fit(images);
/// using var autoencoder = dbn.ToAutoencoder();
/// autoencoder.FitAutoencoder(images, new() { Epochs = 20 });
/// using var codes = autoencoder.Encode(images); // [rows, 30]
/// </code></example>
public sealed class Autoencoder : torch.nn.Module<Tensor, Tensor>
{
    private readonly FeedForwardNetwork encoder;
    private readonly FeedForwardNetwork decoder;

    /// <summary>Joins two halves, which the autoencoder then owns.</summary>
    internal Autoencoder(IEnumerable<torch.nn.Module<Tensor, Tensor>> encoder, IEnumerable<torch.nn.Module<Tensor, Tensor>> decoder)
        : base(nameof(Autoencoder))
    {
        (this.encoder, this.decoder) = (new Half(encoder), new Half(decoder));
        RegisterComponents();
    }

    /// <summary>Maps rows to codes.</summary>
    public FeedForwardNetwork Encoder => encoder;

    /// <summary>Maps codes to rows.</summary>
    public FeedForwardNetwork Decoder => decoder;

    /// <summary>Number of visible units.</summary>
    public long VisibleSize => encoder.InputSize;

    /// <summary>Number of code units.</summary>
    public long CodeSize => encoder.OutputSize;

    /// <inheritdoc cref="FeedForwardNetwork.DrawsByItself"/>
    internal bool DrawsByItself => encoder.DrawsByItself && decoder.DrawsByItself;

    internal bool IsDisposed => encoder.IsDisposed || decoder.IsDisposed;

    /// <summary>The module whose output is the reconstruction; null if it is the last linear one.</summary>
    internal torch.nn.Module<Tensor, Tensor>? Activation => decoder.Modules[^1] is Linear ? null : decoder.Modules[^1];

    /// <summary>The values that rows may have: what the outputs are means of.</summary>
    internal UnitSupport VisibleSupport => Activation switch
    {
        Sigmoid => UnitSupport.Binary,
        Tanh => Spins,
        Softmax => UnitSupport.OneOf(VisibleSize),
        _ => UnitSupport.Real,
    };

    private static UnitSupport Spins { get; } = UnitSupport.Interval("spin", -1, 1);

    /// <summary>Returns the reconstructions of rows.</summary>
    /// <remarks>Supports autograd.</remarks>
    /// <param name="input">Data, <c>[batch, visible]</c>.</param>
    /// <returns>Reconstructions, <c>[batch, visible]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var code = encoder.call(input);
        return decoder.call(code);
    }

    /// <summary>Returns the codes of rows.</summary>
    /// <remarks>Computes no gradients: those are what the module <see cref="Encoder"/> is for.</remarks>
    /// <param name="data">Data, <c>[batch, visible]</c>.</param>
    /// <returns>Codes, <c>[batch, code]</c>.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the autoencoder.</exception>
    public Tensor Encode(Tensor data) => Through(encoder, data, VisibleSupport);

    /// <summary>Returns the rows that codes stand for.</summary>
    /// <remarks>Computes no gradients: those are what the module <see cref="Decoder"/> is for.</remarks>
    /// <param name="codes">Codes, <c>[batch, code]</c>.</param>
    /// <returns>Rows, <c>[batch, visible]</c>.</returns>
    /// <exception cref="ArgumentException">The codes do not fit the autoencoder.</exception>
    public Tensor Decode(Tensor codes) => Through(decoder, codes, UnitSupport.Real);

    /// <summary>Unrolls RBMs, lowest first.</summary>
    internal static Autoencoder From(IReadOnlyList<Rbm> layers)
    {
        var modules = new List<torch.nn.Module<Tensor, Tensor>>();
        try
        {
            foreach (var layer in layers)
                modules.AddRange(layer.Hidden.ToFeedForward(layer.Weight));
            var count = modules.Count;
            foreach (var layer in layers.Reverse())
            {
                using var scope = torch.NewDisposeScope();
                modules.AddRange(layer.Visible.ToFeedForward(layer.Weight.t()));
            }

            return new Autoencoder(modules[..count], modules[count..]);
        }
        catch
        {
            foreach (var module in modules)
                module.Dispose();
            throw;
        }
    }

    /// <summary>Returns what enters the <see cref="Activation"/>, the reconstruction if there is none.</summary>
    internal Tensor OutputInputs(Tensor input)
    {
        using var code = encoder.call(input);
        return decoder.Apply(code, decoder.Modules.Count - (Activation is null ? 0 : 1));
    }

    private Tensor Through(FeedForwardNetwork half, Tensor rows, UnitSupport support, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Lifetime.Check(this);
        Guard.Matrix(rows, half.InputSize, half.parameters().First(), name);
        InputChecks.Values(support, rows, name);
        using var noGrad = torch.no_grad();
        return half.call(rows);
    }

    private sealed class Half(IEnumerable<torch.nn.Module<Tensor, Tensor>> modules) : FeedForwardNetwork(nameof(Half), modules);
}
