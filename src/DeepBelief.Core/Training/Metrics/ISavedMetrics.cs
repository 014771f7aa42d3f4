namespace DeepBelief.Training;

/// <summary>Metrics as named numbers, the form in which a checkpoint saves them.</summary>
internal interface ISavedMetrics<TSelf> : IEpochMetrics
    where TSelf : ISavedMetrics<TSelf>
{
    /// <summary>Creates the metrics from <see cref="IEpochMetrics.Numbers"/>, which may omit null values.</summary>
    static abstract TSelf From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers);
}
