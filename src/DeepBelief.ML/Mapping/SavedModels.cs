using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace DeepBelief.ML;

/// <summary>Finds the models in a pipeline, as <see cref="Steps"/> puts them there.</summary>
internal static class SavedModels
{
    /// <summary>Reads each model anew, in the order of the pipeline.</summary>
    public static IEnumerable<MappedModel> Of(ITransformer transformer)
    {
        if (transformer is IStepwise own)
            transformer = own.Steps;
        if (transformer is not IEnumerable<ITransformer> chain)
            yield break;
        ITransformer[] parts = [.. chain];
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var model in Of(parts[i]))
                yield return model;
            if (parts[i] is CustomMappingTransformer<NoColumns, MappedKey> key && i + 1 < parts.Length)
                yield return MappedModel.FromText(LookedUp(key, parts[i + 1]).Span);
        }
    }

    private static ReadOnlyMemory<char> LookedUp(CustomMappingTransformer<NoColumns, MappedKey> key, ITransformer lookup)
    {
        var row = new MLContext().Data.LoadFromEnumerable([new Row()]);
        return lookup.Transform(key.Transform(row)).GetColumn<ReadOnlyMemory<char>>(MappedRow.ModelColumn).Single();
    }

    private sealed class Row
    {
        public float Value { get; set; }
    }
}

/// <summary>A transformer that is made of others.</summary>
internal interface IStepwise
{
    /// <summary>What it is made of.</summary>
    ITransformer Steps { get; }
}
