namespace DeepBelief.Files;

/// <summary>Where in a file <see cref="ModuleState.LoadStateDict"/> found a module's tensors, and what of the file it left.</summary>
public sealed class StateDictOrigin
{
    internal StateDictOrigin(string? key, string prefix, IReadOnlyList<string> notLoaded)
        => (Key, Prefix, NotLoaded) = (key, prefix, notLoaded);

    /// <summary>The key of the state dict in the file, such as <c>model_state_dict</c>; null if the file is a state dict.</summary>
    public string? Key { get; }

    /// <summary>What was taken off the names, such as <c>module.</c>; empty if they are the module's own.</summary>
    public string Prefix { get; }

    /// <summary>
    /// The entries of the file that were not loaded, in its order, with slashes between keys: <c>epoch</c>,
    /// <c>optimizer_state_dict</c>. None is of the module: a tensor that it lacks is an error.
    /// </summary>
    public IReadOnlyList<string> NotLoaded { get; }
}
