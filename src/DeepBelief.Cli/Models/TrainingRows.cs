using DeepBelief.Cli.Data;
using DeepBelief.Data;
using DeepBelief.Units;

namespace DeepBelief.Cli.Models;

/// <summary>What a model is trained on.</summary>
/// <param name="Rows">The rows, <c>[rows, visible]</c>; NaN marks a gap.</param>
/// <param name="Visible">The units for them, which the model takes.</param>
/// <param name="UnitNames">What the units are, for people.</param>
/// <param name="Columns">The encoder of their table, or the names of their columns; null for numbers without names.</param>
/// <param name="Validation">Other rows, to measure the model on; null for none.</param>
internal sealed record TrainingRows(Tensor Rows, UnitLayer Visible, string UnitNames, TableEncoder? Columns, Tensor? Validation)
{
    /// <summary>True if a value is missing.</summary>
    public bool HaveGaps { get; } = Rows.isnan().any().item<bool>() || Validation?.isnan().any().item<bool>() == true;

    /// <summary>Throws unless all rows are some that the units take.</summary>
    /// <param name="file">Where the rows are from.</param>
    /// <param name="unseen">Where the validation rows are from.</param>
    /// <param name="mayHaveGaps">True if the model learns from rows with gaps.</param>
    /// <param name="kind">What the model is called.</param>
    public void Check(DataFile file, DataFile? unseen, bool mayHaveGaps, string kind)
    {
        var advice = mayHaveGaps ? null : $"A {kind} learns from whole rows: 'fill' makes them by an rbm, which learns from rows with gaps, as a dbn does.";
        new RowCheck(file, Columns, CanScale: true).Of(Rows, Visible.Size, Visible.Support, advice);
        if (Validation is { } rows)
            new RowCheck(unseen!, Columns, CanScale: true).Of(rows, Visible.Size, Visible.Support, advice);
    }
}
