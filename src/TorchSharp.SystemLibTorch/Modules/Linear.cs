using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A linear layer: x W^T + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private Parameter? weightField;

    [ComponentName(Name = nameof(bias))]
    private Parameter? biasField;

    internal Linear(Parameter weight, Parameter? bias = null)
        : base(nameof(Linear))
    {
        in_features = weight.size(1);
        out_features = weight.size(0);
        this.weight = weight;
        if (bias is not null) this.bias = bias;
    }

    internal Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = empty(outputSize, inputSize, device: device, dtype: dtype).AsParameter();
        nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        if (!hasBias) return;
        bias = empty(outputSize, device: device, dtype: dtype).AsParameter();
        var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
        nn.init.uniform_(bias, -bound, bound);
    }

    /// <summary>The biases, one for each output, or null.</summary>
    public Parameter? bias
    {
        get => biasField;
        set
        {
            biasField?.Dispose();
            biasField = value;
            value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), value);
        }
    }

    /// <summary>The weights: outputs by inputs.</summary>
    public Parameter weight
    {
        get => weightField!;
        set
        {
            if (ReferenceEquals(value, weightField)) return;
            weightField?.Dispose();
            weightField = value;
            value.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(weight), value);
        }
    }

    /// <summary>The number of inputs.</summary>
    public long in_features { get; set; }

    /// <summary>The number of outputs.</summary>
    public long out_features { get; set; }

    /// <summary>The outputs for a batch of inputs.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weightField!, biasField);

    /// <summary>Disposes the weights and biases.</summary>
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        weightField?.Dispose();
        biasField?.Dispose();
    }

    /// <summary>Moves and converts the weights and biases.</summary>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => Convert(dtype, device);

    /// <summary>Moves the weights and biases.</summary>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
        Convert(null, new Device(deviceType, deviceIndex));

    /// <summary>Converts the weights and biases.</summary>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => Convert(dtype, null);

    private Linear Convert(ScalarType? dtype, Device? device)
    {
        if (weightField is not null && ReplaceParameter(dtype, device, weightField, out var newWeight)) weight = newWeight!;
        if (biasField is not null && ReplaceParameter(dtype, device, biasField, out var newBias)) bias = newBias;
        return this;
    }
}
