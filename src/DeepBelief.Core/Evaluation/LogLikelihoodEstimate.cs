using System.Globalization;

namespace DeepBelief.Evaluation;

/// <summary>The log-likelihood of rows under a model, in nats per row.</summary>
public sealed class LogLikelihoodEstimate
{
    private readonly IReadOnlyList<double>? samplingErrors; // of each row; null if they are exact

    internal LogLikelihoodEstimate(IReadOnlyList<double> rows, double partitionError = 0, IReadOnlyList<double>? samplingErrors = null, string? warning = null)
    {
        Rows = rows;
        this.samplingErrors = samplingErrors;
        Warning = warning;
        SamplingError = samplingErrors is null ? 0 : Math.Sqrt(samplingErrors.Sum(error => error * error)) / rows.Count;
        PartitionError = partitionError;
        Mean = rows.Average();
        RowError = rows.Count < 2 ? double.PositiveInfinity : Math.Sqrt(rows.Sum(x => (x - Mean) * (x - Mean)) / (rows.Count - 1) / rows.Count);
    }

    // With parts of 1: the error is that of a ratio of means, and with equal parts the one above.
    private LogLikelihoodEstimate(LogLikelihoodEstimate plain, double[] parts)
    {
        (Rows, PartitionError, samplingErrors, Warning) = (plain.Rows, plain.PartitionError, plain.samplingErrors, plain.Warning);
        // Without those of weight 0, which may be infinite.
        (double Row, double Part, double Error)[] counted = [.. Rows.Zip(parts, samplingErrors ?? new double[Rows.Count]).Where(row => row.Second > 0)];
        SamplingError = Math.Sqrt(counted.Sum(x => x.Part * x.Part * x.Error * x.Error));
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

    /// <summary>
    /// Standard error of <see cref="Mean"/> given these rows, from sampled hidden states; part of <see cref="RowError"/>. 0 if none
    /// were sampled, NaN if one a row was.
    /// </summary>
    public double SamplingError { get; }

    /// <summary>Why the figure may be far below the log-likelihood, or is of no use; null if nothing shows that.</summary>
    public string? Warning { get; }

    /// <summary>True if there is no <see cref="Warning"/>.</summary>
    public bool IsReliable => Warning is null;

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
        return new(this, RowWeights.Parts(weights, torch.CPU)!.data<double>().ToArray());
    }

    /// <summary>Returns the mean and its standard error.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:f3} ± {StandardError:f3} nats");
}
