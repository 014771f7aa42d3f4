using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The smooth approximation of the positive part.</summary>
public sealed class Softplus : ParameterLessModule<Tensor, Tensor>
{
    internal Softplus(double beta, double threshold)
        : base(nameof(Softplus))
    {
        this.beta = beta;
        this.threshold = threshold;
    }

    /// <summary>How steep the bend is.</summary>
    public double beta { get; set; }

    /// <summary>Where beta times the element exceeds it, the result is the element.</summary>
    public double threshold { get; set; }

    /// <summary>The smooth approximation of the positive part.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softplus(tensor, beta, threshold);
}
