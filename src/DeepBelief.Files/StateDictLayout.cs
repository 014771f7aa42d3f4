namespace DeepBelief.Files;

/// <summary>Finds the state dict in what a file holds, and what is beside it.</summary>
/// <param name="Tensors">The tensors, with the module's names where these are known.</param>
/// <param name="Origin">Where they are, and what was left.</param>
internal sealed record StateDictLayout(IReadOnlyDictionary<string, Tensor> Tensors, StateDictOrigin Origin)
{
    // Names in a file may be of any length; no one's wrappers are nested deeper.
    private const int LongestKey = 100;
    private const int MostWrappers = 4;

    // Where checkpoints of PyTorch programs have the weights, and other tensors elsewhere.
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "state"];

    // What DistributedDataParallel, DataParallel and torch.compile put before the names of a module that they wrap.
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    /// <summary>Finds the tensors for a module.</summary>
    /// <param name="content">Named tensors, or what <see cref="PtFile"/> has read.</param>
    /// <param name="key">The key of the state dict, keys of dictionaries in one another with slashes between; null to look for it.</param>
    /// <param name="own">The module's own names.</param>
    public static StateDictLayout Find(object? content, string? key, IEnumerable<string> own)
    {
        if (content is IReadOnlyDictionary<string, Tensor> tensors)
            return key is null ? new StateDictLayout(tensors, new StateDictOrigin(null, "", [])).Unwrapped(own) : throw Missing(key, tensors.Keys);
        var root = ConfigSection.Of(content, "file");
        var keys = key is null ? Usual(root) : Path(root, key);
        List<string> left = [];
        var (section, path) = (root, "");
        foreach (var part in keys)
        {
            left.AddRange(section.Entries.Keys.Where(other => !other.Equals(part)).Select(other => $"{path}{other}"));
            path += $"{part}/";
            section = section.GetSection(part);
        }

        var found = new OrderedDictionary<string, Tensor>();
        foreach (var (name, value) in section.Entries)
        {
            if (name is string text && value is Tensor tensor)
                found.Add(text, tensor);
            else
                left.Add($"{path}{name}");
        }

        if (found.Count == 0)
            throw new DataFormatException($"{(path.Length == 0 ? "file" : $"file/{path[..^1]}")}: expected named tensors, found {Names(section.Entries.Keys)}.");
        return new StateDictLayout(found, new StateDictOrigin(path.Length == 0 ? null : path[..^1], "", left)).Unwrapped(own);
    }

    // The keys from the root to the dictionary of tensors; none if the root is it.
    private static string[] Usual(ConfigSection root)
    {
        if (root.IsStateDict)
            return [];
        var sections = root.Names
            .Where(name => name.Length <= LongestKey && root.Entries[name] is OrderedDictionary<object, object?> section && section.Values.Any(value => value is Tensor))
            .ToDictionary(name => name, root.GetSection);
        if (sections.ContainsKey(UsualKeys[0]))
            return [UsualKeys[0]];
        var whole = sections.Where(section => section.Value.IsStateDict).Select(section => section.Key).ToList();
        // One with other things besides, if that is all there is.
        if (whole.Count == 0)
            whole = [.. sections.Keys];
        if (whole.Count > 1 && UsualKeys.Where(whole.Contains).ToList() is { Count: > 0 } usual)
            whole = usual;
        return whole.Count <= 1
            ? [.. whole]
            : throw new DataFormatException($"file: expected one state dict, found {Names(whole)}. The argument key says which to load.");
    }

    private static string[] Path(ConfigSection root, string key)
    {
        if (root.Contains(key))
            return [key];
        var (keys, section) = (key.Split('/'), root);
        foreach (var part in keys)
        {
            if (!section.Contains(part))
                throw Missing(key, section.Entries.Keys);
            section = section.GetSection(part);
        }

        return keys;
    }

    private StateDictLayout Unwrapped(IEnumerable<string> own)
    {
        var (tensors, taken) = (Tensors, "");
        for (var i = 0; i < MostWrappers && tensors.Count > 0 && Wrappers.FirstOrDefault(wrapper => tensors.Keys.All(name => Has(name, wrapper)) && !own.Any(name => Has(name, wrapper))) is { } wrapper; i++)
        {
            taken += wrapper;
            tensors = new OrderedDictionary<string, Tensor>(tensors.Select(tensor => KeyValuePair.Create(tensor.Key[wrapper.Length..], tensor.Value)));
        }

        return new StateDictLayout(tensors, new StateDictOrigin(Origin.Key, taken, Origin.NotLoaded));

        static bool Has(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static DataFormatException Missing(string key, IEnumerable<object> found)
        => new($"file: expected a state dict under '{key}', found {Names(found)}.");

    private static string Names(IEnumerable<object> names)
    {
        var some = names.Take(21).Select(name => $"{name}").ToList();
        return some.Count == 0 ? "nothing" : string.Join(", ", some.Take(20)) + (some.Count > 20 ? ", ..." : "");
    }
}
