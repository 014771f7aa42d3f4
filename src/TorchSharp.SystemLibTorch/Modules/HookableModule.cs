namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module that calls functions before and after it is applied.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            /// <summary>The functions to call with the arguments, before.</summary>
            protected Dictionary<string, TPreHook> pre_hooks = [];

            /// <summary>The functions to call with the arguments and the result, after.</summary>
            protected Dictionary<string, TPostHook> post_hooks = [];

            /// <summary>The functions to call with the module, before.</summary>
            protected Dictionary<string, Action<Module>> module_pre_hooks = [];

            /// <summary>The functions to call with the module, after.</summary>
            protected Dictionary<string, Action<Module>> module_post_hooks = [];

            /// <summary>Makes a module of a name.</summary>
            protected HookableModule(string name)
                : base(name)
            {
            }

            /// <summary>Adds a function to call with the arguments and the result; what it returns, unless null, takes the result's place.</summary>
            public HookRemover register_forward_hook(TPostHook hook) => Add(post_hooks, hook);

            /// <summary>Adds a function to call with the arguments; what it returns, unless null, takes their place.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook) => Add(pre_hooks, hook);

            /// <summary>Adds a function to call with the module, after.</summary>
            public HookRemover register_forward_hook(Action<Module> hook) => Add(module_post_hooks, hook);

            /// <summary>Adds a function to call with the module, before.</summary>
            public HookRemover register_forward_pre_hook(Action<Module> hook) => Add(module_pre_hooks, hook);

            private HookRemover Add<THook>(Dictionary<string, THook> hooks, THook hook)
            {
                var key = Guid.NewGuid().ToString();
                hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private void Remove(string key)
            {
                pre_hooks.Remove(key);
                post_hooks.Remove(key);
                module_pre_hooks.Remove(key);
                module_post_hooks.Remove(key);
            }

            /// <summary>Takes a function away again.</summary>
            public class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> module;
                private readonly string key;

                /// <summary>Makes what takes the function of a key away.</summary>
                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
                {
                    this.module = module;
                    this.key = key;
                }

                /// <summary>Takes the function away.</summary>
                public void remove() => module.Remove(key);
            }
        }
    }
}
