using static System.FormattableString;

namespace DeepBelief.Onnx;

/// <summary>The graph of a deep Boltzmann machine: mean-field inference, as MeanFieldInference of the library has it.</summary>
internal sealed class DeepMachineGraphs
{
    private readonly Dbm model;
    private readonly UnitOperators[] units;
    private readonly Value rows;
    private readonly Value[] means;

    private DeepMachineGraphs(Dbm model, Value rows)
    {
        (this.model, this.rows) = (model, rows);
        units = [.. model.Hidden.Select((layer, index) => UnitOperators.Of(layer, Invariant($"hidden.{index}")))];
        means = new Value[units.Length];
    }

    public static ModelExports Of(Dbm model, int sweeps)
    {
        var input = MachineGraphs.Rows(model.Visible);
        return new(
            [
                new(OnnxOutput.Features, "the expected states of the top layer given each row", model.TopSize, input, rows => new DeepMachineGraphs(model, rows).Features(null)),
                new(OnnxOutput.FeaturesAfter(1), Invariant($"the expected states of the top layer after {sweeps} sweeps of mean-field inference"), model.TopSize, input, rows => new DeepMachineGraphs(model, rows).Features(sweeps)),
            ],
            ("visible", model.Visible.Description),
            ("hidden", MachineGraphs.Text(model.Hidden)));
    }

    private Value Features(int? sweeps)
    {
        if (units.Length > 1 && sweeps is null)
            throw new NotSupportedException($"Expected a {nameof(Dbm)} of one hidden layer, whose features are a closed form, found one of {units.Length}: inference is a loop there, which ends when all rows have settled. {nameof(OnnxOutput)}.{nameof(OnnxOutput.FeaturesAfter)} writes a number of sweeps.");
        for (var layer = 0; layer < units.Length; layer++)
        {
            var below = Below(layer);
            // In place of the layer above, which has no states yet, the one below counts twice.
            Set(layer, layer < units.Length - 1 ? (below.States.Times(2), below.Weights) : below);
        }

        if (units.Length == 1)
            return means[0];
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            // Hidden layers count from 0 here: 1, 3, ... are the even ones of the machine.
            foreach (var first in new[] { 1, 0 })
            {
                for (var layer = first; layer < units.Length; layer += 2)
                    Set(layer, layer < units.Length - 1 ? [Below(layer), Above(layer)] : [Below(layer)]);
            }
        }

        return means[^1];
    }

    private void Set(int layer, params (Value States, Weights Weights)[] terms) => means[layer] = units[layer].Mean(new(terms));

    private (Value States, Weights Weights) Below(int layer) => (layer == 0 ? rows : means[layer - 1], Matrix(layer));

    private (Value States, Weights Weights) Above(int layer) => (means[layer + 1], Matrix(layer + 1).Back);

    private Weights Matrix(int layer) => Weights.Of(Invariant($"weight.{layer}"), model.Weights[layer]);
}
