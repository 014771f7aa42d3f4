namespace DeepBelief.Training;

/// <summary>Metrics as named numbers, the form in which a checkpoint saves them.</summary>
internal interface ISavedMetrics<TSelf> : IEpochMetrics
    where TSelf : ISavedMetrics<TSelf>
{
    /// <summary>The metrics by name; every epoch has the same names, but for diagnostics where a run went on with other options.</summary>
    IEnumerable<(string Name, double? Value)> Numbers { get; }

    /// <summary>Creates the metrics from <see cref="Numbers"/>, which may omit null values.</summary>
    static abstract TSelf From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers);
}
