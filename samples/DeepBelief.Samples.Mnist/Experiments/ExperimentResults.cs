using DeepBelief.Samples.Mnist.Data;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Experiments;

/// <summary>
/// What an experiment found, as far as it came: printed as it goes, written as JSON and made into the report at the end.
/// Owns the trained models in it.
/// </summary>
internal abstract class ExperimentResults : IDisposable
{
    /// <summary>The numbers, without models: an object of plain properties and lists that System.Text.Json can write.</summary>
    public abstract object ToJson();

    /// <summary>The results as parts of the report; none by default.</summary>
    /// <param name="run">The run they are of.</param>
    /// <param name="data">The images.</param>
    public virtual IEnumerable<Section> ToSections(RunRecord run, MnistData data) => [];

    /// <summary>Disposes the models.</summary>
    public abstract void Dispose();
}
