using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The normalised exponentials along a dimension.</summary>
public sealed class Softmax : ParameterLessModule<Tensor, Tensor>
{
    internal Softmax(long dim)
        : base(nameof(Softmax))
    {
        this.dim = dim;
    }

    /// <summary>The dimension.</summary>
    public long dim { get; set; }

    /// <summary>The normalised exponentials along a dimension.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.softmax(tensor, dim);
}
