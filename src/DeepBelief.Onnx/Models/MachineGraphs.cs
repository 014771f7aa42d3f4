using DeepBelief.Units;
using static System.FormattableString;

namespace DeepBelief.Onnx;

/// <summary>The graphs of machines of visible and hidden units, and of stacks of them.</summary>
internal static class MachineGraphs
{
    public static ModelExports Of(Rbm rbm)
    {
        var input = Rows(rbm.Visible);
        return new(
            [
                new(OnnxOutput.Features, "the expected hidden states given each row", rbm.HiddenSize, input, rows => Up(rows, rbm, string.Empty)),
                new(OnnxOutput.FreeEnergy, "the free energy of each row, in nats", null, input, FreeEnergy),
                new(OnnxOutput.Reconstructions, "the expected visible states given the expected hidden states", rbm.VisibleSize, input, rows => Down(Up(rows, rbm, string.Empty), rbm, string.Empty)),
            ],
            ("visible", rbm.Visible.Description),
            ("hidden", rbm.Hidden.Description));

        Value FreeEnergy(Value rows)
        {
            var ofHidden = UnitOperators.Of(rbm.Hidden, "hidden").CumulantGenerator(new((rows, Weights.Of("weight", rbm.Weight))));
            return UnitOperators.Of(rbm.Visible, "visible").Energy(rows).Minus(ofHidden).Squeezed(1);
        }
    }

    public static ModelExports Of(Dbn dbn)
    {
        var input = Rows(dbn.Layers[0].Visible);
        return new(
            [
                new(OnnxOutput.Features, "the expected states of the top layer given each row", dbn.TopSize, input, rows => Up(rows, dbn.Layers)),
                new(OnnxOutput.Reconstructions, "the rows expected from the top layer's expected states", dbn.VisibleSize, input, Reconstruct),
            ],
            ("visible", dbn.Layers[0].Visible.Description),
            ("hidden", Text(dbn.Layers.Select(layer => layer.Hidden))));

        Value Reconstruct(Value rows) => dbn.Layers.Index().Reverse().Aggregate(Up(rows, dbn.Layers), (states, layer) => Down(states, layer.Item, Prefix(layer.Index)));
    }

    public static ModelExports Of(ClassificationRbm model) => LabelledGraphs.Of(
        model,
        "joint.",
        Rows([.. LabelledGraphs.UnitsOfRows(model)]),
        rows => rows,
        isWhole: true,
        ("visible", Text(LabelledGraphs.UnitsOfRows(model))),
        ("hidden", model.Joint.Hidden.Description));

    public static ModelExports Of(ClassificationDbn model) => LabelledGraphs.Of(
        model.Top,
        "top.joint.",
        Rows(model.Layers[0].Visible),
        rows => Up(rows, model.Layers),
        isWhole: false,
        ("visible", model.Layers[0].Visible.Description),
        ("hidden", Text([.. model.Layers.Select(layer => layer.Hidden), model.TopMachine.Hidden])));

    public static ModelExports Of(UntiedDbn model)
    {
        var input = Rows(model.Layers[0].Visible);
        (string, string)[] facts =
        [
            ("visible", model.Layers[0].Visible.Description),
            ("hidden", Text([.. model.Layers.Select(layer => layer.Hidden), model.TopMachine.Hidden])),
        ];
        return model.Labelled is { } top
            ? LabelledGraphs.Of(top, "top.joint.", input, Below, isWhole: false, facts)
            : new(
                [new(OnnxOutput.Features, "the expected states of the top layer given each row", model.TopMachine.HiddenSize, input, rows => Up(Below(rows), model.TopMachine, "top."))],
                facts);

        Value Below(Value rows)
            => model.Layers.Index().Aggregate(rows, (states, layer) => Mean(layer.Item.Hidden, $"{Prefix(layer.Index)}hidden", states, Weights.Of($"{Prefix(layer.Index)}recognition", layer.Item.Recognition)));
    }

    /// <summary>What rows of such units are.</summary>
    public static ExportInput Rows(params IReadOnlyList<UnitLayer> units)
    {
        UnitLayer[] parts = [.. units.SelectMany(layer => layer is CompositeUnits composite ? composite.Parts : [layer])];
        if (parts is [var only])
            return new("rows", only.Size, States(only));
        var (meanings, start) = (new List<string>(), 0L);
        foreach (var part in parts)
        {
            meanings.Add(Invariant($"columns {start} to {start + part.Size - 1}: {States(part)}"));
            start += part.Size;
        }

        return new("rows", start, string.Join("; ", meanings));
    }

    public static string Text(IEnumerable<UnitLayer> layers) => string.Join(", ", layers.Select(layer => layer.Description));

    private static string States(UnitLayer units) => units switch
    {
        BernoulliUnits => "0 or 1, or a probability",
        GaussianUnits => "any number",
        ReluUnits => "0 or more",
        SpinUnits => "-1 or 1, or a mean",
        BinomialUnits binomial => Invariant($"a count from 0 to {binomial.Trials}, or a mean"),
        SoftmaxUnits softmax => Invariant($"groups of {softmax.Categories}, of which one is 1 and the others are 0, or probabilities"),
        _ => $"states of {units.Kind} units",
    };

    private static Value Up(Value rows, IReadOnlyList<Rbm> layers) => layers.Index().Aggregate(rows, (states, layer) => Up(states, layer.Item, Prefix(layer.Index)));

    private static Value Up(Value states, Rbm rbm, string prefix) => Mean(rbm.Hidden, $"{prefix}hidden", states, Weights.Of($"{prefix}weight", rbm.Weight));

    private static Value Down(Value states, Rbm rbm, string prefix) => Mean(rbm.Visible, $"{prefix}visible", states, Weights.Of($"{prefix}weight", rbm.Weight).Back);

    private static Value Mean(UnitLayer units, string name, Value states, Weights weights) => UnitOperators.Of(units, name).Mean(new((states, weights)));

    private static string Prefix(int layer) => Invariant($"{layer}.");
}
