using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that is a parameter of a module. It takes over the native tensor of the one it is made from, which is empty afterwards.</summary>
public class Parameter : Tensor
{
    /// <summary>Makes a parameter of a tensor.</summary>
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).MoveHandle(), false) => DisposeScope.Replace(data, this);
}
