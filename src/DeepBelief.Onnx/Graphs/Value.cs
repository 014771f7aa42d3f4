namespace DeepBelief.Onnx;

/// <summary>A value in a graph, as tensors are in torch: operators make others of it.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Rank">The number of its axes; of all but constants the first is the batch's.</param>
internal sealed record Value(Graph Graph, string Name, int Rank)
{
    public Value Sigmoid() => Apply(nameof(Sigmoid));

    public Value Tanh() => Apply(nameof(Tanh));

    public Value Relu() => Apply(nameof(Relu));

    public Value Softplus() => Apply(nameof(Softplus));

    public Value Exp() => Apply(nameof(Exp));

    public Value Log() => Apply(nameof(Log));

    public Value Erf() => Apply(nameof(Erf));

    public Value Atanh() => Apply(nameof(Atanh));

    public Value Negated() => Apply("Neg");

    public Value Reciprocal() => Apply(nameof(Reciprocal));

    public Value Plus(Value other) => Apply("Add", other);

    public Value Plus(double number) => Plus(Graph.Number(number));

    public Value Minus(Value other) => Apply("Sub", other);

    public Value Minus(double number) => Minus(Graph.Number(number));

    public Value Times(Value other) => Apply("Mul", other);

    public Value Times(double number) => Times(Graph.Number(number));

    public Value Over(Value other) => Apply("Div", other);

    public Value Over(double number) => Over(Graph.Number(number));

    public Value Squared() => Times(this);

    public Value IsAbove(double number) => Apply("Greater", Graph.Number(number));

    /// <summary>Of two values, elementwise, the first where this one holds.</summary>
    public Value Choose(Value yes, Value no) => Graph.Node("Where", Math.Max(yes.Rank, no.Rank), [this, yes, no]);

    /// <summary>The softmax along the last axis.</summary>
    public Value Softmax() => Graph.Node("Softmax", Rank, [this], ("axis", [-1]));

    /// <summary>The log-softmax along the last axis.</summary>
    public Value LogSoftmax() => Graph.Node("LogSoftmax", Rank, [this], ("axis", [-1]));

    /// <summary>The sum along an axis, which remains, of length 1.</summary>
    public Value Sum(int axis = -1) => Graph.Node("ReduceSum", Rank, [this, Graph.Integers(axis)], ("keepdims", [1]));

    /// <summary>The log of the sum of exponentials along the last axis, which remains, of length 1.</summary>
    /// <remarks>Written out: a reader may take ONNX's ReduceLogSumExp at its definition, which overflows.</remarks>
    public Value LogSumExp()
    {
        var most = Graph.Node("ReduceMax", Rank, [this], ("axes", [-1]), ("keepdims", [1]));
        return Minus(most).Exp().Sum().Log().Plus(most);
    }

    public Value Squeezed(int axis) => Graph.Node("Squeeze", Rank - 1, [this, Graph.Integers(axis)]);

    public Value Unsqueezed(int axis) => Graph.Node("Unsqueeze", Rank + 1, [this, Graph.Integers(axis)]);

    /// <summary>Divides the last axis into groups: <c>[..., groups, size]</c>.</summary>
    public Value Grouped(long groups, long size) => Graph.Node("Reshape", Rank + 1, [this, Graph.Integers([.. Kept(Rank - 1), groups, size])]);

    /// <summary>Joins the last two axes to one of this length.</summary>
    public Value Joined(long length) => Graph.Node("Reshape", Rank - 1, [this, Graph.Integers([.. Kept(Rank - 2), length])]);

    /// <summary>x Wᵀ + c, with the weights of a linear module, or x W + c.</summary>
    /// <param name="weights">W, <c>[outputs, inputs]</c> or <c>[inputs, outputs]</c>.</param>
    /// <param name="outputsFirst">True for the former.</param>
    /// <param name="added">c, a vector or a matrix; null for none.</param>
    public Value Gemm(Value weights, bool outputsFirst, Value? added)
        => Graph.Node("Gemm", 2, added is null ? [this, weights] : [this, weights, added], ("transB", [outputsFirst ? 1 : 0]));

    /// <summary>Columns from one on.</summary>
    public Value Columns(long start, long count)
        => Graph.Node("Slice", Rank, [this, Graph.Integers(start), Graph.Integers(start + count), Graph.Integers(-1)]);

    /// <summary>Values side by side, along the last axis.</summary>
    public static Value Concat(IReadOnlyList<Value> values)
        => values is [var only] ? only : values[0].Graph.Node("Concat", values[0].Rank, values, ("axis", [-1]));

    // A length of 0 stands for that of the input.
    private static IEnumerable<long> Kept(int axes) => Enumerable.Repeat(0L, axes);

    private Value Apply(string op) => Graph.Node(op, Rank, [this]);

    private Value Apply(string op, Value other) => Graph.Node(op, Math.Max(Rank, other.Rank), [this, other]);
}
