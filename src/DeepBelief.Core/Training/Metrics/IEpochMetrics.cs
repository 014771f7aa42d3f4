namespace DeepBelief.Training;

/// <summary>Metrics as named numbers, which is how a checkpoint holds them.</summary>
/// <typeparam name="TSelf">The type that implements it.</typeparam>
internal interface IEpochMetrics<TSelf>
    where TSelf : IEpochMetrics<TSelf>
{
    TimeSpan Elapsed { get; }

    /// <summary>What was measured: the same names after every epoch.</summary>
    IEnumerable<(string Name, double? Value)> Numbers { get; }

    /// <summary>The metrics again.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="elapsed">Time since the run began.</param>
    /// <param name="numbers"><see cref="Numbers"/> by name, less those that were null.</param>
    static abstract TSelf From(int epoch, double learningRate, TimeSpan elapsed, IReadOnlyDictionary<string, double?> numbers);
}
