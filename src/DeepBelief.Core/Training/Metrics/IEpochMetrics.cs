namespace DeepBelief.Training;

/// <summary>Metrics as named numbers, the form in which a checkpoint saves them.</summary>
internal interface IEpochMetrics<TSelf>
    where TSelf : IEpochMetrics<TSelf>
{
    double LearningRate { get; }

    TimeSpan Elapsed { get; }

    /// <summary>The metrics by name; every epoch has the same names.</summary>
    IEnumerable<(string Name, double? Value)> Numbers { get; }

    /// <summary>Creates the metrics from <see cref="Numbers"/>, which may omit null values.</summary>
    static abstract TSelf From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers);
}
