using DeepBelief.Internal;

namespace DeepBelief.Persistence;

/// <summary>Filling a module with tensors by name.</summary>
internal static class StateDict
{
    /// <summary>
    /// Gives a module the values and the element type of a state; every key must be there, no other may, and all shapes
    /// must agree. All that is wrong is said at once.
    /// </summary>
    public static void Assign(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> state)
    {
        var own = module.state_dict();
        var dtype = state.Values.FirstOrDefault()?.dtype;
        var faults = own.Keys.Where(key => !state.ContainsKey(key)).Select(key => $"expected {key}, found none")
            .Concat(state.Keys.Where(key => !own.ContainsKey(key)).Select(key => $"found {key}, which the model does not have"))
            .Concat(own.Where(entry => state.TryGetValue(entry.Key, out var values) && !values.shape.SequenceEqual(entry.Value.shape))
                .Select(entry => $"{entry.Key}: expected shape {Guard.Shape(entry.Value)}, found {Guard.Shape(state[entry.Key])}"))
            .Concat(state.Where(entry => entry.Value.dtype != dtype || dtype is not (ScalarType.Float32 or ScalarType.Float64))
                .Select(entry => $"{entry.Key}: expected elements of type {ScalarType.Float32} or {ScalarType.Float64}, the same for all, found {entry.Value.dtype}"))
            .ToList();
        if (faults.Count > 0)
            throw new DataFormatException($"state_dict: {string.Join("; ", faults)}.");

        // First the type, so that copying loses no digits.
        _ = module.to(dtype!.Value);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (key, tensor) in module.state_dict())
            _ = tensor.copy_(state[key]);
    }
}
