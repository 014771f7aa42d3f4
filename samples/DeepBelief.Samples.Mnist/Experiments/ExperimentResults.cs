namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>
/// What an experiment found, as far as it came: printed as it goes, written as JSON and made into the report at the end.
/// Owns the trained models in it.
/// </summary>
internal abstract class ExperimentResults : IDisposable
{
    /// <summary>The numbers, without models: an object of plain properties and lists that System.Text.Json can write.</summary>
    public abstract object ToJson();

    /// <summary>Disposes the models.</summary>
    public abstract void Dispose();
}
