namespace DeepBelief.ML.Tests.Support;

/// <summary>A row: twelve bits near one of three patterns.</summary>
internal sealed class Digit
{
    public const int Size = 12;

    private static readonly float[][] Patterns =
    [
        [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0],
        [1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1],
    ];

    private static readonly string[] Kinds = ["ash", "birch", "cedar"];

    [VectorType(Size)]
    public float[] Pixels { get; set; } = [];

    public string Kind { get; set; } = string.Empty;

    public float Weight { get; set; } = 1;

    /// <summary>Returns rows of all kinds in turn, with one bit in ten flipped.</summary>
    public static Digit[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Digit
        {
            Kind = Kinds[i % 3],
            Pixels = [.. Patterns[i % 3].Select(bit => random.NextDouble() < 0.1 ? 1 - bit : bit)],
            Weight = 1 + (i % 2),
        })];
    }

    /// <summary>The bits of rows, <c>[rows, 12]</c>.</summary>
    public static Tensor Tensor(IReadOnlyList<Digit> rows)
        => torch.tensor(rows.SelectMany(row => row.Pixels).ToArray(), [rows.Count, Size], ScalarType.Float32, torch.CPU);
}

/// <summary>What a pipeline says of a row.</summary>
internal sealed class Said
{
    public float[] Features { get; set; } = [];
}

/// <summary>What a trainer of classes says of a row.</summary>
internal sealed class SaidClass
{
    public float[] Score { get; set; } = [];

    public string Named { get; set; } = string.Empty;
}

/// <summary>What a detector of anomalies says of a row.</summary>
internal sealed class SaidScore
{
    public float Score { get; set; }

    public bool PredictedLabel { get; set; }
}
