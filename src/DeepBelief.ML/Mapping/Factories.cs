using Microsoft.ML.Transforms;

namespace DeepBelief.ML;

/// <summary>The mapping of rows by a model. ML.NET finds it by the name of its contract, which is part of saved pipelines.</summary>
/// <param name="model">The model; null reads it from the first row.</param>
[CustomMappingFactoryAttribute(RowFactory.Contract)]
internal sealed class RowFactory(MappedModel? model) : CustomMappingFactory<MappedRow, MappedOutputs>
{
    public const string Contract = "DeepBelief.Row";

    /// <summary>For ML.NET, which loads a pipeline.</summary>
    public RowFactory()
        : this(null)
    {
    }

    public override Action<MappedRow, MappedOutputs> GetMapping() => new RowMapping(model).Map;

    private sealed class RowMapping(MappedModel? model)
    {
        private readonly Lock gate = new();
        private MappedModel? model = model;

        public void Map(MappedRow row, MappedOutputs outputs) => Loaded(row.Model).Map(row.Values, outputs);

        // Cursors of several threads come at once.
        private MappedModel Loaded(ReadOnlyMemory<char> text)
        {
            if (Volatile.Read(ref model) is { } loaded)
                return loaded;
            lock (gate)
            {
                if (model is null)
                    Volatile.Write(ref model, MappedModel.FromText(text.Span));
                return model;
            }
        }
    }
}

/// <summary>The mapping that gives all rows the key of the model.</summary>
[CustomMappingFactoryAttribute(KeyFactory.Contract)]
internal sealed class KeyFactory : CustomMappingFactory<NoColumns, MappedKey>
{
    public const string Contract = "DeepBelief.Key";

    public override Action<NoColumns, MappedKey> GetMapping() => (_, key) => key.Key = MappedKey.OfModel;
}
