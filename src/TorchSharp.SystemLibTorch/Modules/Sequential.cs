using System.Globalization;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules applied one after another.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<(string Name, nn.IModule<Tensor, Tensor> Module)> items = [];

    internal Sequential()
        : base(nameof(Sequential))
    {
    }

    /// <summary>Makes a sequence of named modules.</summary>
    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
        : this()
    {
        foreach (var (key, module) in modules)
            append(key, module);
    }

    /// <summary>Makes a sequence of modules, named by their numbers.</summary>
    protected Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : this()
    {
        foreach (var module in modules)
            append(module);
    }

    /// <summary>The number of modules.</summary>
    public int Count => items.Count;

    /// <summary>One of the modules.</summary>
    [IndexerName("SequentialItems")]
    public nn.IModule<Tensor, Tensor> this[int index] => items[index].Module;

    /// <summary>Some of the modules, as a sequence that shares them.</summary>
    [IndexerName("SequentialItems")]
    public Sequential this[(int? start, int? end) index]
    {
        get
        {
            var (start, end) = (index.start ?? 0, index.end ?? Count);
            if (start < 0 || start > Count) throw new IndexOutOfRangeException($"{start} is not a valid index.");
            if (end < 0 || end > Count) throw new IndexOutOfRangeException($"{end} is not a valid index.");
            var part = new Sequential();
            for (var i = start; i < end; i++)
                part.append(items[i].Name, items[i].Module);
            return part;
        }
    }

    /// <summary>Some of the modules, as a sequence that shares them.</summary>
    [IndexerName("SequentialItems")]
    public Sequential this[Range index] => this[(index.Start.GetOffset(Count), index.End.GetOffset(Count))];

    private IEnumerable<(string Name, nn.Module Module)> Modules => items.Select(item => (item.Name, (nn.Module)item.Module));

    /// <summary>Adds a module at the end.</summary>
    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        items.Add((name, module));
        return this;
    }

    /// <summary>Adds a module, named by its number, at the end.</summary>
    public Sequential append(nn.IModule<Tensor, Tensor> module) => append(Count.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Applies the modules one after another.</summary>
    public override Tensor forward(Tensor tensor)
    {
        if (items.Count == 0) return tensor.alias();
        var current = tensor;
        foreach (var (_, module) in items)
        {
            var next = module.call(current);
            if (!ReferenceEquals(current, tensor)) current.Dispose();
            current = next;
        }

        return current;
    }

    /// <summary>The parameters and their names.</summary>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        if (!recurse) yield break;
        var seen = new HashSet<nint> { 0 };
        foreach (var (outer, module) in Modules)
        {
            foreach (var (key, parameter) in module.named_parameters(true))
            {
                if (seen.Add(parameter.HandleOrZero)) yield return ($"{outer}.{key}", parameter);
            }
        }
    }

    /// <summary>The buffers and their names.</summary>
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_persistent = true)
    {
        if (!recurse) yield break;
        var seen = new HashSet<nint> { 0 };
        foreach (var (outer, module) in Modules)
        {
            foreach (var (key, buffer) in module.named_buffers(true, include_persistent))
            {
                if (seen.Add(buffer.HandleOrZero)) yield return ($"{outer}.{key}", buffer);
            }
        }
    }

    /// <summary>The modules of the sequence and their names.</summary>
    public override IEnumerable<(string name, nn.Module module)> named_children() => Modules;

    /// <summary>The modules of the sequence and those in them, and their names.</summary>
    public override IEnumerable<(string name, nn.Module module)> named_modules() =>
        Modules.Concat(Modules.SelectMany(outer => outer.Module.named_modules().Select(inner => ($"{outer.Name}.{inner.name}", inner.module))));

    /// <summary>Calls a function with every module in this one and with this one.</summary>
    public override nn.Module apply(Action<nn.Module> fn)
    {
        foreach (var (_, module) in Modules)
            module.apply(fn);
        fn(this);
        return this;
    }

    /// <summary>Switches the modules to training, or to evaluation.</summary>
    public override void train(bool on = true) => base.train(on);

    /// <summary>Switches the modules to evaluation.</summary>
    public override void eval() => base.eval();

    /// <summary>Disposes the modules.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, module) in Modules)
                module.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Converts the parameters and buffers.</summary>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        foreach (var (_, module) in Modules)
            module._to(dtype, non_blocking);
        return this;
    }

    /// <summary>Moves and converts the parameters and buffers.</summary>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        foreach (var (_, module) in Modules)
            module._to(device, dtype, non_blocking);
        return this;
    }

    /// <summary>Moves the parameters and buffers.</summary>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        foreach (var (_, module) in Modules)
            module._to(deviceType, deviceIndex, non_blocking);
        return this;
    }
}
