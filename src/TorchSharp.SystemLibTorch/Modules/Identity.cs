using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The argument as it is.</summary>
public sealed class Identity : ParameterLessModule<Tensor, Tensor>
{
    internal Identity()
        : base(nameof(Identity))
    {
    }

    /// <summary>The argument as it is.</summary>
    public override Tensor forward(Tensor tensor) => tensor.alias();
}
