using System.Runtime.CompilerServices;
using DeepBelief.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DeepBelief;

/// <summary>Maps the rows of ML.NET's data views by a trained model.</summary>
/// <remarks>
/// Not changed by mapping, which several threads may do at once. <c>mlContext.Model.Load</c> returns the same mapping as a chain of
/// ML.NET's own transformers, from which <see cref="DeepBeliefCatalog.FindModels"/> reads the model.
/// </remarks>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class ModelTransformer<TModel> : ITransformer, IStepwise, IDisposable
    where TModel : torch.nn.Module
{
    private readonly InputColumns inputs;
    private readonly int width;
    private readonly ITransformer steps;

    internal ModelTransformer(TModel model, InputColumns inputs, int width, ITransformer steps)
        => (Model, this.inputs, this.width, this.steps) = (model, inputs, width, steps);

    /// <summary>The trained model, which the transformer owns.</summary>
    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    ITransformer IStepwise.Steps => steps;

    /// <summary>Returns the columns of a view and those that the transformer adds.</summary>
    /// <param name="inputSchema">The columns of the view.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of the rows is missing, of another type, or of another size than that of the training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return steps.GetOutputSchema(inputSchema);
    }

    /// <summary>Returns a view with the added columns, whose values are computed when they are asked for.</summary>
    /// <param name="input">The view.</param>
    /// <inheritdoc cref="GetOutputSchema" path="/exception"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Schema);
        return steps.Transform(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return steps.GetRowToRowMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => steps.Save(ctx);

    /// <summary>Disposes the model; views that map by it can't be read any more.</summary>
    public void Dispose() => Model.Dispose();

    private void Check(DataViewSchema schema, [CallerArgumentExpression(nameof(schema))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(schema, parameter);
        inputs.CheckFeatures(schema, width, parameter);
    }
}
