using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The base of all modules: what has parameters, buffers and modules in it.</summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Parameter> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor Buffer, bool Persistent)> ownBuffers = [];
            private readonly OrderedDictionary<string, Module> ownModules = [];
            private bool registered;
            private bool isTraining = true;
            private bool disposed;

            /// <summary>The kind of device that the parameters were last moved to.</summary>
            protected DeviceType _deviceType = DeviceType.CPU;

            /// <summary>The number of the device that the parameters were last moved to.</summary>
            protected int _deviceIndex = -1;

            /// <summary>The name that the module was made with.</summary>
            protected string? name;

            /// <summary>Makes a module of a name.</summary>
            protected Module(string name) => this.name = name;

            /// <summary>The finaliser of modules that were never disposed; tensors have their own.</summary>
            ~Module() => Dispose(false);

            /// <summary>Whether the module is being trained; dropout, for one, does nothing where it isn't.</summary>
            public virtual bool training => isTraining;

            /// <summary>Disposes the parameters, buffers and modules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes the parameters, buffers and modules.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || disposed) return;
                disposed = true;
                foreach (var (_, buffer) in named_buffers(false).ToList())
                    buffer.DetachFromDisposeScope().Dispose();
                foreach (var (_, parameter) in named_parameters(false).ToList())
                    parameter.DetachFromDisposeScope().Dispose();
                foreach (var (_, module) in named_modules().ToList())
                    module.Dispose();
            }

            /// <summary>The name that the module was made with, or that of its class.</summary>
            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            /// <summary>Calls a function with every module in this one and with this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var module in ownModules.Values)
                    module.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Switches this module and those in it to training, or to evaluation.</summary>
            public virtual void train(bool train = true)
            {
                isTraining = train;
                foreach (var (_, module) in named_children())
                    module.train(train);
            }

            /// <summary>Switches this module and those in it to evaluation.</summary>
            public virtual void eval() => train(false);

            /// <summary>Removes the gradients of all parameters, or zeroes them.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                        continue;
                    }

                    using var grad = parameter.grad;
                    grad?.zero_();
                }
            }
        }
    }
}
