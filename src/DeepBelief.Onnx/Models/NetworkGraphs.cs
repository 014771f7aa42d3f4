using TorchSharp.Modules;
using static System.FormattableString;

namespace DeepBelief.Onnx;

/// <summary>The graphs of feed-forward networks.</summary>
internal static class NetworkGraphs
{
    public static ModelExports Of(Classifier network)
    {
        var (input, build) = Rows(network);
        return new(
            [
                new(OnnxOutput.Logits, "a logit for each class", network.Classes, input, build),
                new(OnnxOutput.Probabilities, "the probability of each class", network.Classes, input, rows => build(rows).Softmax()),
                new(OnnxOutput.LogProbabilities, "the logarithm of the probability of each class", network.Classes, input, rows => build(rows).LogSoftmax()),
            ],
            ("classes", Invariant($"{network.Classes}")));
    }

    public static ModelExports Of(MultiLabelClassifier network)
    {
        var (input, build) = Rows(network);
        return new(
            [
                new(OnnxOutput.Logits, "a logit for each label", network.Labels, input, build),
                new(OnnxOutput.Probabilities, "the probability of each label", network.Labels, input, rows => build(rows).Sigmoid()),
            ],
            ("labels", Invariant($"{network.Labels}")));
    }

    public static ModelExports Of(Regressor network)
    {
        var (input, build) = Rows(network);
        return new([new(OnnxOutput.Predictions, "predicted numbers", network.Targets, input, build)], ("targets", Invariant($"{network.Targets}")));
    }

    public static ModelExports Of(Autoencoder model)
    {
        var rows = new ExportInput("rows", model.VisibleSize, "rows as in training");
        var codes = new ExportInput("codes", model.CodeSize, "codes, as the encoder computes them");
        return new(
            [
                new(OnnxOutput.Reconstructions, "reconstructions of rows", model.VisibleSize, rows, input => Decode(Encode(input))),
                new(OnnxOutput.Codes, "codes of rows", model.CodeSize, rows, Encode),
                new(OnnxOutput.Decoded, "the rows that codes stand for", model.VisibleSize, codes, Decode),
            ],
            ("visible", Invariant($"{model.VisibleSize}")),
            ("code", Invariant($"{model.CodeSize}")));

        Value Encode(Value input) => Apply(model.Encoder, "encoder.", input);

        Value Decode(Value input) => Apply(model.Decoder, "decoder.", input);
    }

    /// <summary>A network that is a half of an autoencoder.</summary>
    public static ModelExports OfHalf(FeedForwardNetwork network)
    {
        var input = new ExportInput("inputs", network.InputSize, "what this half of an autoencoder takes");
        return new([new(OnnxOutput.Outputs, "what this half of an autoencoder gives", network.OutputSize, input, states => Apply(network, "half.", states))]);
    }

    private static (ExportInput Input, Func<Value, Value> Build) Rows(FeedForwardNetwork network)
        => (new("rows", network.InputSize, "rows as in training"), rows => Apply(network, "layer.", rows));

    private static Value Apply(FeedForwardNetwork network, string prefix, Value states)
    {
        foreach (var (index, module) in network.Modules.Index())
        {
            var name = Invariant($"{prefix}{index}");
            states = module switch
            {
                Linear linear => states.Gemm(
                    Weights.Of($"{name}.weight", linear.weight).In(states.Graph),
                    outputsFirst: true,
                    linear.bias is { } bias ? states.Graph.Constant($"{name}.bias", Numbers.Double(bias)) : null),
                BatchNorm1d { running_mean: not null } norm => Normalized(states, norm, name),
                Sigmoid => states.Sigmoid(),
                Tanh => states.Tanh(),
                ReLU => states.Relu(),
                Softmax { dim: 1 or -1 } => states.Softmax(),
                Identity or Dropout => states,
                _ => throw new NotSupportedException($"Expected modules of a known ONNX operator (Linear, BatchNorm1d, Sigmoid, Tanh, ReLU, Softmax of dimension 1, Identity, Dropout), found {module.GetType()} as module {index}."),
            };
        }

        return states;
    }

    // Of predictions, it is a line for each column.
    private static Value Normalized(Value states, BatchNorm1d norm, string name)
    {
        var scales = Numbers.Double(norm.running_var!).Select(variance => 1 / Math.Sqrt(variance + norm.eps)).ToArray();
        if (norm.weight is { } weight)
            scales = [.. scales.Zip(Numbers.Double(weight), (scale, factor) => scale * factor)];
        var shifts = Numbers.Double(norm.running_mean!).Zip(scales, (mean, scale) => -mean * scale);
        if (norm.bias is { } bias)
            shifts = shifts.Zip(Numbers.Double(bias), (shift, added) => shift + added);
        return states.Times(states.Graph.Constant($"{name}.scale", scales)).Plus(states.Graph.Constant($"{name}.shift", [.. shifts]));
    }
}
