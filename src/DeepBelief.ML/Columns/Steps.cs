using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief.ML;

/// <summary>
/// A mapping as a chain of ML.NET's own transformers. ML.NET saves and loads no transformers of other assemblies, whose members of
/// <see cref="ModelSaveContext"/> are internal, but it does so with chains of its own. One of them looks up a text, which is the model; a
/// custom mapping, which is saved by its name, takes the text and the row.
/// </summary>
internal static class Steps
{
    /// <summary>Returns the chain.</summary>
    /// <param name="parts">Makes its parts.</param>
    /// <param name="inputs">The columns to map.</param>
    /// <param name="outputs">The columns to add.</param>
    /// <param name="model">The model; null if only the types of the columns are wanted.</param>
    /// <param name="keys">The keys of the classes; null if none are predicted.</param>
    public static EstimatorChain<ITransformer> Of(MLContext parts, InputColumns inputs, OutputColumns outputs, MappedModel? model, IDataView? keys)
    {
        var transforms = parts.Transforms;
        var chain = new EstimatorChain<ITransformer>()
            .Append<ITransformer>(transforms.CopyColumns(MappedRow.ValuesColumn, inputs.Features))
            .Append<ITransformer>(transforms.CustomMapping(new KeyFactory().GetMapping(), KeyFactory.Contract))
            .Append<ITransformer>(transforms.Conversion.MapValue(MappedRow.ModelColumn, [KeyValuePair.Create(MappedKey.OfModel, model?.ToText() ?? string.Empty)], MappedKey.Column))
            .Append<ITransformer>(transforms.CustomMapping(new RowFactory(model).GetMapping(), RowFactory.Contract));
        if (outputs.Vector is not null)
            chain = chain.Append<ITransformer>(transforms.Concatenate(outputs.Vector, MappedOutputs.PiecesOf(model?.Width ?? 1)));
        else
            chain = chain.Append<ITransformer>(transforms.CopyColumns(OutputColumns.Score, MappedOutputs.NumberColumn))
                .Append<ITransformer>(transforms.CopyColumns(OutputColumns.PredictedLabel, MappedOutputs.IsAboveColumn));
        if (keys is not null)
            chain = chain.Append<ITransformer>(transforms.Conversion.MapValue(OutputColumns.PredictedLabel, keys, keys.Schema["Key"], keys.Schema["Value"], MappedOutputs.ClassColumn));
        return chain.Append<ITransformer>(transforms.DropColumns([MappedRow.ValuesColumn, MappedRow.ModelColumn, MappedKey.Column, .. MappedOutputs.AllColumns]));
    }
}
