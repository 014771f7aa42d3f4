using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The buffers and their names; a module's come before those of the modules in it.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint> { 0 };
                foreach (var (key, (buffer, persistent)) in ownBuffers)
                {
                    // Non-persistent buffers are left out whatever the argument says: TorchSharp does so.
                    if (persistent && seen.Add(buffer.HandleOrZero)) yield return (key, buffer);
                }

                if (!recurse) yield break;
                foreach (var (module, inner) in ownModules)
                {
                    foreach (var (key, buffer) in inner.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer.HandleOrZero)) yield return ($"{module}.{key}", buffer);
                    }
                }
            }

            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            /// <summary>The parameters and their names; a module's come before those of the modules in it.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint> { 0 };
                foreach (var (key, parameter) in ownParameters)
                {
                    if (seen.Add(parameter.HandleOrZero)) yield return (key, parameter);
                }

                if (!recurse) yield break;
                foreach (var (module, inner) in ownModules)
                {
                    foreach (var (key, parameter) in inner.named_parameters(true))
                    {
                        if (seen.Add(parameter.HandleOrZero)) yield return ($"{module}.{key}", parameter);
                    }
                }
            }

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(named => named.parameter);

            /// <summary>The modules directly in this one, and their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => ownModules.Select(pair => (pair.Key, pair.Value));

            /// <summary>The modules directly in this one.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(named => named.module);

            /// <summary>All modules in this one, and their names; this one isn't among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (key, module) in ownModules)
                    yield return (key, module);
                foreach (var (outer, module) in ownModules)
                {
                    foreach (var (key, inner) in module.named_modules())
                        yield return ($"{outer}.{key}", inner);
                }
            }

            /// <summary>All modules in this one.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            /// <summary>Whether there is a buffer of a name, with dots between the names of modules.</summary>
            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>Whether there is a parameter of a name, with dots between the names of modules.</summary>
            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>The buffer of a name, with dots between the names of modules, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                ownBuffers.TryGetValue(target, out var own) ? own.Buffer : Child(target, out var rest)?.get_buffer(rest);

            /// <summary>The parameter of a name, with dots between the names of modules, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                ownParameters.TryGetValue(target, out var own) ? own : Child(target, out var rest)?.get_parameter(rest);

            /// <summary>The parameters and persistent buffers by their names.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
                foreach (var (key, parameter) in named_parameters())
                    destination.TryAdd(Key(key), parameter);
                foreach (var (key, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(Key(key), buffer);
                foreach (var (key, module) in ownModules)
                    module.state_dict(destination, Key(key));
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names. Where strict, throws if any name is missing or unknown.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                bool Wanted(string key) => skip is null || !skip.Contains(key);
                var missing = destination.Keys.Where(key => Wanted(key) && !source.ContainsKey(key)).ToList();
                var unexpected = source.Keys.Where(key => Wanted(key) && !destination.ContainsKey(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using (no_grad())
                {
                    foreach (var (key, value) in source)
                    {
                        if (Wanted(key) && destination.TryGetValue(key, out var target)) target.copy_(value);
                    }
                }

                return (missing, unexpected);
            }

            // The module that a dotted name begins with, and the rest of the name.
            private Module? Child(string target, out string rest)
            {
                var dot = target.IndexOf('.', StringComparison.Ordinal);
                rest = target[(dot + 1)..];
                return dot < 0 ? null : named_children().FirstOrDefault(child => child.name == target[..dot]).module;
            }
        }
    }
}
