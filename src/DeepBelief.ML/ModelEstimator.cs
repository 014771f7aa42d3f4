using DeepBelief.ML;
using Microsoft.ML;

namespace DeepBelief;

/// <summary>Trains a model in a pipeline of ML.NET; the methods of <see cref="DeepBeliefCatalog"/> make it.</summary>
/// <remarks>Each call of <see cref="Fit"/> trains a new model.</remarks>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class ModelEstimator<TModel> : IEstimator<ModelTransformer<TModel>>
    where TModel : torch.nn.Module
{
    private readonly MLContext parts = new();
    private readonly InputColumns inputs;
    private readonly OutputColumns outputs;
    private readonly Func<TrainingData, MappedModel<TModel>> train;

    internal ModelEstimator(InputColumns inputs, OutputColumns outputs, Func<TrainingData, MappedModel<TModel>> train)
        => (this.inputs, this.outputs, this.train) = (inputs, outputs, train);

    /// <summary>False if the model needs no rows but their width.</summary>
    internal bool NeedsRows { get; init; } = true;

    /// <summary>Trains a model.</summary>
    /// <param name="input">The rows, which are read once.</param>
    /// <returns>What maps rows by the trained model; it owns the model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, or their values are not those that the model's units take.</exception>
    /// <exception cref="Training.TrainingDivergedException">A parameter became NaN or infinite.</exception>
    public ModelTransformer<TModel> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        inputs.Check(input.Schema);
        using var scope = torch.NewDisposeScope();
        var data = TrainingData.Read(input, inputs, NeedsRows);
        var mapped = train(data);
        try
        {
            var steps = Steps.Of(parts, inputs, outputs, mapped, outputs.Keys(parts, input.Schema));
            return new(mapped.Model, inputs, data.Width, steps.Fit(input));
        }
        catch
        {
            mapped.Model.Dispose();
            throw;
        }
    }

    /// <summary>Says which columns the transformer adds; of the pipeline's other parts ML.NET asks the same, before anything is trained.</summary>
    /// <param name="inputSchema">The columns that there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputs.Check(inputSchema);
        return Steps.Of(parts, inputs, outputs, model: null, outputs.Keys(parts, inputSchema)).GetOutputSchema(inputSchema);
    }
}
