using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>The log-likelihood of rows under a model, in nats per row.</summary>
public sealed class LogLikelihoodEstimate
{
    internal LogLikelihoodEstimate(IReadOnlyList<double> rows, double partitionError = 0)
    {
        Rows = rows;
        PartitionError = partitionError;
        Mean = rows.Average();
        RowError = rows.Count < 2 ? double.PositiveInfinity : Math.Sqrt(rows.Sum(x => (x - Mean) * (x - Mean)) / (rows.Count - 1) / rows.Count);
    }

    // With parts of 1: the error is that of a ratio of means, and with equal parts the one above.
    private LogLikelihoodEstimate(IReadOnlyList<double> rows, double partitionError, double[] parts)
    {
        Rows = rows;
        PartitionError = partitionError;
        // Without those of weight 0, which may be infinite.
        (double Row, double Part)[] counted = [.. rows.Zip(parts).Where(row => row.Second > 0)];
        Mean = counted.Sum(x => x.Part * x.Row);
        var squares = counted.Sum(x => x.Part * x.Part * (x.Row - Mean) * (x.Row - Mean));
        RowError = counted.Length < 2 ? double.PositiveInfinity : Math.Sqrt(squares * counted.Length / (counted.Length - 1));
    }

    /// <summary>Mean log-likelihood of a row.</summary>
    public double Mean { get; }

    /// <summary>Standard error of <see cref="Mean"/>, from <see cref="RowError"/> and <see cref="PartitionError"/>.</summary>
    public double StandardError => Math.Sqrt((RowError * RowError) + (PartitionError * PartitionError));

    /// <summary>Standard error from the finite number of rows; infinity for a single row.</summary>
    public double RowError { get; }

    /// <summary>Standard error of log Z, which all rows share; 0 if log Z is exact or was not estimated.</summary>
    public double PartitionError { get; }

    /// <summary>The log-likelihood of each row.</summary>
    public IReadOnlyList<double> Rows { get; }

    /// <summary>Returns the same log-likelihoods with a weighted mean.</summary>
    /// <remarks>
    /// The standard error takes each row for one draw, however large its weight is; rows of weight 0 don't count.
    /// </remarks>
    /// <param name="weights">Weights of the rows, <c>[rows]</c>, 0 or more and not all 0; only their ratios matter.</param>
    /// <exception cref="ArgumentException">The weights do not fit the rows.</exception>
    public LogLikelihoodEstimate Weighted(Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        RowWeights.Check(weights, Rows.Count);
        using var scope = torch.NewDisposeScope();
        return new(Rows, PartitionError, RowWeights.Parts(weights, torch.CPU)!.data<double>().ToArray());
    }

    /// <summary>Returns the mean and its standard error.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:f3} ± {StandardError:f3} nats");
}
