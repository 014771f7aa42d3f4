namespace DeepBelief.Training;

/// <summary>Checks of a model before it is trained, while nothing has changed.</summary>
internal static class ModelCheck
{
    /// <summary>Throws unless a model has parameters to train, of a type that training supports.</summary>
    public static void Trainable(object model, IEnumerable<Parameter> parameters, string name)
    {
        Lifetime.Check(model);
        var all = parameters.ToList();
        if (!all.Any(parameter => parameter.requires_grad))
            throw new ArgumentException("Expected at least one parameter whose requires_grad is true, found none.", name);
        if (all.Find(parameter => parameter.dtype is not (ScalarType.Float32 or ScalarType.Float64)) is { } other)
            throw new ArgumentException($"Expected parameters of type {ScalarType.Float32} or {ScalarType.Float64}, found {other.dtype}; to(ScalarType.{ScalarType.Float32}) converts a model.", name);
    }

    /// <summary>Throws if a parameter is NaN or infinite before the first batch, which no learning rate mends.</summary>
    public static void Finite(object model, IEnumerable<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var named = model is torch.nn.Module module
            ? module.named_parameters()
            : parameters.Select((parameter, i) => (FormattableString.Invariant($"{i}"), parameter));
        string[] faults = [.. named.Where(p => p.parameter.numel() > 0 && !IsFinite(p.parameter)).Select(p => p.Item1)];
        if (faults.Length > 0)
            throw new ArgumentException($"Expected a model with finite parameters, found NaN or infinity before training in {string.Join(", ", faults)}.", nameof(model));

        static bool IsFinite(Tensor values) => values.min().isfinite().item<bool>() && values.max().isfinite().item<bool>();
    }
}
