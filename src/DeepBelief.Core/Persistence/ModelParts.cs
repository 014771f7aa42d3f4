using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>What codecs of models that have parts share.</summary>
internal static class ModelParts
{
    /// <summary>Builds parts, one after the other, and joins them. If that fails, all parts that were built are disposed.</summary>
    /// <param name="path">Where the parts are in the file, for the message if they do not fit each other.</param>
    /// <param name="parts">Builds each part when it is asked for.</param>
    /// <param name="join">Makes the model, which then owns the parts.</param>
    /// <exception cref="DataFormatException">A part cannot be built, or the parts do not fit each other.</exception>
    public static TModel Join<TPart, TModel>(string path, IEnumerable<TPart> parts, Func<List<TPart>, TModel> join)
        where TPart : torch.nn.Module
    {
        var built = new List<TPart>();
        try
        {
            foreach (var part in parts)
                built.Add(part);
            return join(built);
        }
        catch (Exception e)
        {
            built.ForEach(part => part.Dispose());
            if (e is ArgumentException)
                throw new DataFormatException($"{path}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The prefix of the names of a numbered part's tensors.</summary>
    public static string Prefix(int index) => string.Create(CultureInfo.InvariantCulture, $"{index}.");

    /// <summary>
    /// Requires weights of the sizes that the configs of two layers of units have: these tensors are already in memory, so that a false
    /// size cannot allocate much.
    /// </summary>
    public static void CheckWeight(IReadOnlyDictionary<string, Tensor> state, string key, ConfigSection rows, ConfigSection columns)
    {
        var expected = $"[{rows.GetInt64("size")}, {columns.GetInt64("size")}]";
        var found = state.TryGetValue(key, out var weight) ? Shapes.Text(weight) : "none";
        if (found != expected)
            throw new DataFormatException($"state_dict/{key}: expected shape {expected}, as the config has it, found {found}.");
    }
}
