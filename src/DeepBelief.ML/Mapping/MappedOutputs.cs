using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>
/// What a row's mapping gives. ML.NET takes the sizes of a custom mapping's vectors from this class, not from the model, and trainers
/// want vectors of a known size. So a vector leaves in pieces whose sizes are the powers of two that add up to its own, which
/// <c>Concatenate</c> puts together again; the other pieces are not asked for.
/// </summary>
internal sealed class MappedOutputs
{
    public const string NumberColumn = "DeepBelief.Number";
    public const string IsAboveColumn = "DeepBelief.IsAbove";
    public const string ClassColumn = "DeepBelief.Class";

    private const string Piece = "DeepBelief.Piece";
    private const int Count = 24;

    private readonly float[][] pieces = new float[Count][];

    /// <summary>All columns.</summary>
    public static IEnumerable<string> AllColumns => [NumberColumn, IsAboveColumn, ClassColumn, .. Enumerable.Range(0, Count).Select(NameOf)];

    [ColumnName(NumberColumn)]
    public float Number { get; set; }

    [ColumnName(IsAboveColumn)]
    public bool IsAbove { get; set; }

    [ColumnName(ClassColumn)]
    public int Class { get; set; }

    [ColumnName(Piece + "0")]
    [VectorType(1 << 0)]
    public float[] Piece0 { get => pieces[0]; set => pieces[0] = value; }

    [ColumnName(Piece + "1")]
    [VectorType(1 << 1)]
    public float[] Piece1 { get => pieces[1]; set => pieces[1] = value; }

    [ColumnName(Piece + "2")]
    [VectorType(1 << 2)]
    public float[] Piece2 { get => pieces[2]; set => pieces[2] = value; }

    [ColumnName(Piece + "3")]
    [VectorType(1 << 3)]
    public float[] Piece3 { get => pieces[3]; set => pieces[3] = value; }

    [ColumnName(Piece + "4")]
    [VectorType(1 << 4)]
    public float[] Piece4 { get => pieces[4]; set => pieces[4] = value; }

    [ColumnName(Piece + "5")]
    [VectorType(1 << 5)]
    public float[] Piece5 { get => pieces[5]; set => pieces[5] = value; }

    [ColumnName(Piece + "6")]
    [VectorType(1 << 6)]
    public float[] Piece6 { get => pieces[6]; set => pieces[6] = value; }

    [ColumnName(Piece + "7")]
    [VectorType(1 << 7)]
    public float[] Piece7 { get => pieces[7]; set => pieces[7] = value; }

    [ColumnName(Piece + "8")]
    [VectorType(1 << 8)]
    public float[] Piece8 { get => pieces[8]; set => pieces[8] = value; }

    [ColumnName(Piece + "9")]
    [VectorType(1 << 9)]
    public float[] Piece9 { get => pieces[9]; set => pieces[9] = value; }

    [ColumnName(Piece + "10")]
    [VectorType(1 << 10)]
    public float[] Piece10 { get => pieces[10]; set => pieces[10] = value; }

    [ColumnName(Piece + "11")]
    [VectorType(1 << 11)]
    public float[] Piece11 { get => pieces[11]; set => pieces[11] = value; }

    [ColumnName(Piece + "12")]
    [VectorType(1 << 12)]
    public float[] Piece12 { get => pieces[12]; set => pieces[12] = value; }

    [ColumnName(Piece + "13")]
    [VectorType(1 << 13)]
    public float[] Piece13 { get => pieces[13]; set => pieces[13] = value; }

    [ColumnName(Piece + "14")]
    [VectorType(1 << 14)]
    public float[] Piece14 { get => pieces[14]; set => pieces[14] = value; }

    [ColumnName(Piece + "15")]
    [VectorType(1 << 15)]
    public float[] Piece15 { get => pieces[15]; set => pieces[15] = value; }

    [ColumnName(Piece + "16")]
    [VectorType(1 << 16)]
    public float[] Piece16 { get => pieces[16]; set => pieces[16] = value; }

    [ColumnName(Piece + "17")]
    [VectorType(1 << 17)]
    public float[] Piece17 { get => pieces[17]; set => pieces[17] = value; }

    [ColumnName(Piece + "18")]
    [VectorType(1 << 18)]
    public float[] Piece18 { get => pieces[18]; set => pieces[18] = value; }

    [ColumnName(Piece + "19")]
    [VectorType(1 << 19)]
    public float[] Piece19 { get => pieces[19]; set => pieces[19] = value; }

    [ColumnName(Piece + "20")]
    [VectorType(1 << 20)]
    public float[] Piece20 { get => pieces[20]; set => pieces[20] = value; }

    [ColumnName(Piece + "21")]
    [VectorType(1 << 21)]
    public float[] Piece21 { get => pieces[21]; set => pieces[21] = value; }

    [ColumnName(Piece + "22")]
    [VectorType(1 << 22)]
    public float[] Piece22 { get => pieces[22]; set => pieces[22] = value; }

    [ColumnName(Piece + "23")]
    [VectorType(1 << 23)]
    public float[] Piece23 { get => pieces[23]; set => pieces[23] = value; }

    /// <summary>The columns of the pieces of a vector, in their order.</summary>
    public static string[] PiecesOf(int width)
        => BitOperations.Log2((uint)width) < Count
            ? [.. Sizes(width).Select(NameOf)]
            : throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"Expected fewer than {1 << Count} values, found {width}."));

    /// <summary>Sets the pieces of a vector.</summary>
    public void Set(ReadOnlySpan<float> vector)
    {
        var at = 0;
        foreach (var i in Sizes(vector.Length))
        {
            pieces[i] ??= new float[1 << i];
            vector.Slice(at, 1 << i).CopyTo(pieces[i]);
            at += 1 << i;
        }
    }

    private static IEnumerable<int> Sizes(int width) => Enumerable.Range(0, 31).Where(i => (width >> i & 1) == 1);

    private static string NameOf(int piece) => string.Create(CultureInfo.InvariantCulture, $"{Piece}{piece}");
}
