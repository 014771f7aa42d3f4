using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimizers have in common.</summary>
public abstract class OptimizerHelper : Optimizer
{
    /// <summary>The options of groups that have none of their own.</summary>
    protected OptimizerOptions? _defaults;

    private readonly Dictionary<nint, OptimizerState> states = [];

    /// <summary>Makes an optimizer without parameters.</summary>
    public OptimizerHelper()
    {
    }

    /// <summary>The options and the state.</summary>
    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var indices = new List<int>();
            dictionary.StateIndexRef.Add(indices);
            foreach (var parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(StateOf(parameter));
            }
        }

        return dictionary;
    }

    /// <summary>Copies options and state from another optimizer of the same kind and sizes.</summary>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        if (state_dict.Options.Count != own.Options.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.", nameof(state_dict));
        if (state_dict.State.Count != own.State.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of states.", nameof(state_dict));
        foreach (var (to, from) in own.Options.Zip(state_dict.Options))
        {
            if (to != from) to.LoadStateDict(from);
        }

        foreach (var (to, from) in own.State.Zip(state_dict.State))
        {
            if (to != from) to.LoadStateDict(from);
        }
    }

    /// <summary>Moves the state to a device.</summary>
    public void to(Device device)
    {
        foreach (var state in states.Values)
            state.to(device);
    }

    /// <summary>Runs a step for each group, without recording it and in a scope of its own, after the closure.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using (enable_grad())
                loss = loss_closure();
        }

        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (var group in _parameter_groups)
                body((T)group);
        }

        return loss;
    }

    private protected override void FreeState()
    {
        foreach (var state in states.Values.OfType<IDisposable>())
            state.Dispose();
        states.Clear();
    }

    internal OptimizerState StateOf(Parameter parameter) => states[parameter.Handle];

    // Adds a group whose options are complete, with a fresh state for each parameter.
    internal void Add(ParamGroup group, Func<Parameter, OptimizerState> state)
    {
        group.Options.InitialLearningRate = group.Options.LearningRate!.Value;
        _parameter_groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            var fresh = state(parameter);
            states[parameter.Handle] = fresh;
            fresh.Initialize(group.Options);
        }
    }
}
