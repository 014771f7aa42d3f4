using DeepBelief.Data;
using DeepBelief.Tensors;

namespace DeepBelief.Cli.Data;

/// <summary>Tables of numbers alone, whose rows tensors can have, too.</summary>
internal static class NumberTable
{
    /// <summary>True if all columns of an encoder are numbers.</summary>
    public static bool Is(TableEncoder encoder) => encoder.Columns.All(column => column is NumberColumn);

    /// <summary>True if an encoder of numbers does not leave them as they are.</summary>
    public static bool IsScaled(TableEncoder encoder) => encoder.Columns.Any(column => column is not NumberColumn { Mean: 0, Deviation: 1 });

    /// <summary>An encoder that keeps the names of columns, and how they are scaled, and leaves the numbers as they are otherwise.</summary>
    public static TableEncoder Of(IEnumerable<string> names, double scale) => new(names.Select(name => new NumberColumn(name, 0, scale)));

    /// <summary>Encodes numbers, <c>[rows, columns]</c>, as the encoder does their texts.</summary>
    public static Tensor Encode(TableEncoder encoder, Tensor numbers)
        => ((numbers.to(ScalarType.Float64) - Vector(encoder, column => column.Mean)) / Vector(encoder, column => column.Deviation)).to(ScalarType.Float32);

    /// <summary>The numbers of states, <c>[rows, columns]</c>.</summary>
    public static Tensor Decode(TableEncoder encoder, Tensor states)
        => (states.cpu().to(ScalarType.Float64) * Vector(encoder, column => column.Deviation)).Plus(Vector(encoder, column => column.Mean)).to(ScalarType.Float32);

    private static Tensor Vector(TableEncoder encoder, Func<NumberColumn, double> value)
        => torch.tensor(encoder.Columns.Select(column => value((NumberColumn)column)).ToArray(), ScalarType.Float64, torch.CPU);
}
