using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A list of modules, named by their numbers. They are registered with the list when it is registered with a module.</summary>
public class ModuleList<T> : nn.Module, IList<T>
    where T : nn.Module
{
    private readonly List<T> items = [];
    private bool registered;

    /// <summary>Makes a list of modules.</summary>
    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>)) => items.AddRange(modules);

    /// <summary>The number of modules.</summary>
    public int Count => items.Count;

    /// <summary>False: modules can be added.</summary>
    public bool IsReadOnly => false;

    /// <summary>One of the modules.</summary>
    public T this[int index]
    {
        get => items[index];
        set => items[index] = value;
    }

    /// <summary>Adds a module at the end.</summary>
    public void Add(T item) => items.Add(item);

    /// <summary>Adds modules at the end.</summary>
    public void append(params T[] parameters) => items.AddRange(parameters);

    /// <summary>Adds modules at the end.</summary>
    public void extend(IEnumerable<T> modules) => items.AddRange(modules);

    /// <summary>Removes all modules.</summary>
    public void Clear() => items.Clear();

    /// <summary>Whether a module is in the list.</summary>
    public bool Contains(T item) => items.Contains(item);

    /// <summary>Copies the modules into an array.</summary>
    public void CopyTo(T[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    /// <summary>The modules one by one.</summary>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Where in the list a module is, or -1.</summary>
    public int IndexOf(T item) => items.IndexOf(item);

    /// <summary>Inserts a module.</summary>
    public void Insert(int index, T item) => items.Insert(index, item);

    /// <summary>Removes a module.</summary>
    public bool Remove(T item) => items.Remove(item);

    /// <summary>Removes the module at a place.</summary>
    public void RemoveAt(int index) => items.RemoveAt(index);

    /// <summary>Registers the modules by their numbers.</summary>
    protected override void RegisterComponents()
    {
        if (registered) return;
        for (var i = 0; i < items.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), items[i]);
        registered = true;
    }
}
