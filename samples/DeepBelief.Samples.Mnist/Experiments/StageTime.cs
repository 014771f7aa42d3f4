namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>How long a piece of training took.</summary>
/// <param name="Title">What it was, as printed.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Time">Training time; that of the run that did it where finished pre-training was used again.</param>
/// <param name="Rows">Rows trained on, counted once an epoch.</param>
/// <param name="Reused">Whether it was done by an earlier run.</param>
internal sealed record StageTime(string Title, int Seed, TimeSpan Time, long Rows, bool Reused = false)
{
    /// <summary>Of what was trained in it, such as the layers of a network.</summary>
    public IReadOnlyList<StageSettings> Settings { get; init; } = [];

    public double RowsPerSecond => Rows / Time.TotalSeconds;
}
