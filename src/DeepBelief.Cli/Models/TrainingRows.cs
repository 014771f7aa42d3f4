using DeepBelief.Data;
using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>What a model is trained on.</summary>
/// <param name="Rows">The rows, <c>[rows, visible]</c>; NaN marks a gap.</param>
/// <param name="Visible">The units for them, which the model takes.</param>
/// <param name="UnitNames">What the units are, for people.</param>
/// <param name="Encoder">The encoder of their table; null for numbers.</param>
/// <param name="Validation">Other rows, to measure the model on; null for none.</param>
internal sealed record TrainingRows(Tensor Rows, UnitLayer Visible, string UnitNames, TableEncoder? Encoder, Tensor? Validation)
{
    /// <summary>True if a value is missing.</summary>
    public bool HaveGaps { get; } = Rows.isnan().any().item<bool>();
}
