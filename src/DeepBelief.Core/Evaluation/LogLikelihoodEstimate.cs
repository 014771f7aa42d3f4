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

    /// <summary>Returns the mean and its standard error.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:f3} ± {StandardError:f3} nats");
}
