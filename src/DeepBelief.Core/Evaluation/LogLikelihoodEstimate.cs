using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>How probable a model finds rows of data, in nats a row.</summary>
public sealed class LogLikelihoodEstimate
{
    internal LogLikelihoodEstimate(IReadOnlyList<double> rows, double partitionError = 0)
    {
        Rows = rows;
        PartitionError = partitionError;
        Mean = rows.Average();
        RowError = rows.Count < 2 ? double.PositiveInfinity : Math.Sqrt(rows.Sum(x => (x - Mean) * (x - Mean)) / (rows.Count - 1) / rows.Count);
    }

    /// <summary>Mean log-likelihood of a row.</summary>
    public double Mean { get; }

    /// <summary>Standard error of <see cref="Mean"/>: both of the following together.</summary>
    public double StandardError => Math.Sqrt((RowError * RowError) + (PartitionError * PartitionError));

    /// <summary>The part that comes of there being so many rows and no more; infinity for a single one.</summary>
    public double RowError { get; }

    /// <summary>The part that comes of log Z, which all rows share; 0 where it is exact or was not estimated.</summary>
    public double PartitionError { get; }

    /// <summary>The log-likelihood of each row.</summary>
    public IReadOnlyList<double> Rows { get; }

    /// <summary>The mean and its standard error.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:f3} ± {StandardError:f3} nats");
}
