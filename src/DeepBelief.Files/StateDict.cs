using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace DeepBelief.Files;

/// <summary>Loads tensors into a module by name; if any key or shape differs, changes nothing and lists all differences.</summary>
internal static class StateDict
{
    /// <summary>Returns a module's state dict; throws if the module or a part of it was disposed.</summary>
    /// <remarks>A state dict leaves out disposed parameters without a word, so that a file without them would replace a good one.</remarks>
    public static IReadOnlyDictionary<string, Tensor> Of(torch.nn.Module module)
    {
        foreach (var part in module.named_modules().Select(part => part.module).Prepend(module))
            ObjectDisposedException.ThrowIf(Parameters(part).Any(parameter => parameter.IsInvalid), part);
        var state = module.state_dict();
        foreach (var tensor in state.Values)
            ObjectDisposedException.ThrowIf(tensor.IsInvalid, module);
        return state;
    }

    /// <summary>Sets a module's values and element type to those of a state, which has one element type, but for whole numbers.</summary>
    public static void Assign(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> state)
    {
        var dtype = (state.Values.FirstOrDefault(values => values.is_floating_point()) ?? state.Values.FirstOrDefault())?.dtype;
        Check(module, state, (own, values) => own.is_floating_point() ? OfNumbers(values) : OfIntegers(own, values));
        // Converts the module first, so that copying loses no digits.
        if (dtype is { } type)
            _ = module.to(type);
        NamedTensors.Copy(state, module.state_dict());

        string? OfNumbers(Tensor values) => values.dtype == dtype && dtype is ScalarType.Float32 or ScalarType.Float64
            ? null
            : $"expected elements of type {ScalarType.Float32} or {ScalarType.Float64}, the same for all, found {values.dtype}{(values.dtype == dtype ? string.Empty : $" after {dtype}")}";
    }

    /// <summary>Sets a module's values to those of a state, converted to the module's element types.</summary>
    public static void Fill(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> state)
    {
        Check(module, state, (own, values) => own.is_floating_point() == values.is_floating_point() ? null : OtherType(own, values));
        NamedTensors.Copy(state, module.state_dict());
    }

    private static string? OfIntegers(Tensor own, Tensor values) => own.dtype == values.dtype ? null : OtherType(own, values);

    private static string OtherType(Tensor own, Tensor values) => $"expected elements of type {own.dtype}, found {values.dtype}";

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Trimming removes only fields that nothing uses.")]
    private static IEnumerable<TorchSharp.Modules.Parameter> Parameters(torch.nn.Module module)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(module) is TorchSharp.Modules.Parameter parameter)
                    yield return parameter;
            }
        }
    }

    private static void Check(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> state, Func<Tensor, Tensor, string?> typeFault)
    {
        var own = module.state_dict();
        var faults = own.Keys.Where(key => !state.ContainsKey(key)).Select(key => $"expected {key}, found none").ToList();
        faults.AddRange(state.Keys.Where(key => !own.ContainsKey(key)).Select(key => $"found {key}, which the model does not have"));
        foreach (var (key, tensor) in own)
        {
            if (!state.TryGetValue(key, out var values))
                continue;
            if (!values.shape.SequenceEqual(tensor.shape))
                faults.Add($"{key}: expected shape {Shapes.Text(tensor)}, found {Shapes.Text(values)}");
            else if (typeFault(tensor, values) is { } fault)
                faults.Add($"{key}: {fault}");
        }

        // Where all that is wrong is keys too many, no fault says what was expected.
        var expected = faults.Any(fault => fault.Contains("expected", StringComparison.Ordinal)) ? "" : "expected no other keys, ";
        if (faults.Count > 0)
            throw new DataFormatException($"state_dict: {expected}{string.Join("; ", faults)}.");
    }
}
