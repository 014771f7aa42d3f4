namespace DeepBelief.Training;

/// <summary>All that training can change in a model.</summary>
internal static class ModelState
{
    /// <summary>Live tensors by name: the state dict of a module, and whatever other parameters there are, by number.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(object model, IEnumerable<Parameter> parameters)
    {
        var state = (model as torch.nn.Module)?.state_dict() ?? [];
        foreach (var (i, parameter) in parameters.Index())
        {
            if (!state.Values.Any(known => ReferenceEquals(known, parameter)))
                state.Add(FormattableString.Invariant($"parameters.{i}"), parameter);
        }

        return state;
    }
}
