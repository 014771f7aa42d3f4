namespace DeepBelief.Onnx;

/// <summary>A matrix that maps states to inputs of units; its numbers are read when the graph takes them.</summary>
internal sealed class Weights
{
    private readonly string name;
    private readonly Func<float[]> values;

    private Weights(string name, long outputs, long inputs, bool outputsFirst, Func<float[]> values)
        => (this.name, Outputs, Inputs, OutputsFirst, this.values) = (name, outputs, inputs, outputsFirst, values);

    /// <summary>Number of units that get inputs.</summary>
    public long Outputs { get; }

    /// <summary>Number of states.</summary>
    public long Inputs { get; }

    /// <summary>True for <c>[outputs, inputs]</c>, as linear modules have it, false for <c>[inputs, outputs]</c>.</summary>
    public bool OutputsFirst { get; }

    /// <summary>The same numbers in the other direction.</summary>
    public Weights Back => new(name, Inputs, Outputs, !OutputsFirst, values);

    /// <summary>Weights <c>[outputs, inputs]</c> of a model.</summary>
    public static Weights Of(string name, Tensor matrix) => new(name, matrix.shape[0], matrix.shape[1], true, () => Numbers.Single(matrix));

    /// <summary>The weights of one unit that gets inputs.</summary>
    public static Weights Row(string name, double[] values) => new(name, 1, values.Length, true, () => [.. values.Select(value => (float)value)]);

    /// <summary>The weights of some of the units that get inputs.</summary>
    public Weights Of(string units, long start, long count)
        => new($"{name} of {units}", count, Inputs, OutputsFirst, () => Map(start, count, (value, _) => value));

    /// <summary>The weights, times a factor for each unit that gets inputs.</summary>
    public Weights Times(string units, double[] factors)
        => new($"{name} scaled by {units}", Outputs, Inputs, OutputsFirst, () => Map(0, Outputs, (value, unit) => (float)(value * factors[unit])));

    /// <summary>The numbers in a graph.</summary>
    public Value In(Graph graph) => graph.Constant(name, OutputsFirst ? [Outputs, Inputs] : [Inputs, Outputs], values);

    private float[] Map(long start, long count, Func<float, long, float> map)
    {
        var from = values();
        var to = new float[count * Inputs];
        for (var unit = 0L; unit < count; unit++)
        {
            for (var input = 0L; input < Inputs; input++)
            {
                var value = from[OutputsFirst ? ((start + unit) * Inputs) + input : (input * Outputs) + start + unit];
                to[OutputsFirst ? (unit * Inputs) + input : (input * count) + unit] = map(value, unit);
            }
        }

        return to;
    }
}
