namespace DeepBelief.Training;

/// <summary>The tensors of a model that training can change.</summary>
internal static class ModelState
{
    /// <summary>Returns the live tensors by name: the state dict of a module, and any other parameters by number.</summary>
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
