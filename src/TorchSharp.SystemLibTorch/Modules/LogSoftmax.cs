using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The logarithms of the normalised exponentials along a dimension.</summary>
public sealed class LogSoftmax : ParameterLessModule<Tensor, Tensor>
{
    internal LogSoftmax(long dim)
        : base(nameof(LogSoftmax))
    {
        this.dim = dim;
    }

    /// <summary>The dimension.</summary>
    public long dim { get; set; }

    /// <summary>The logarithms of the normalised exponentials along a dimension.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.log_softmax(tensor, dim);
}
