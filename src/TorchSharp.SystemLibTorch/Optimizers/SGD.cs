using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum and weight decay.</summary>
public class SGD : OptimizerHelper, IMomentum
{
    /// <summary>Makes an optimizer of parameters.</summary>
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <summary>Makes an optimizer of groups of parameters.</summary>
    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        if (lr < 0.0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (momentum < 0.0) throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");

        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    /// <summary>The momentum of groups that are added without one.</summary>
    public double Momentum
    {
        get => ((Options)_defaults!).momentum!.Value;
        set => ((Options)_defaults!).momentum = value;
    }

    /// <summary>Adds a group of parameters.</summary>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults!;
        var options = (Options)(param_group.Options ??= new Options());
        options.LearningRate ??= defaults.LearningRate;
        options.momentum ??= defaults.momentum;
        options.dampening ??= defaults.dampening;
        options.weight_decay ??= defaults.weight_decay;
        options.nesterov ??= defaults.nesterov;
        options.maximize ??= defaults.maximize;
        Add(param_group, parameter => new State(parameter));
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Step, closure);

    // With g the gradient, w the parameter and d the weight decay, the textbook's g + d w is never computed: its parts go
    // into the buffer and the parameter one by one, in place, without a temporary tensor.
    private void Step(ParamGroup group)
    {
        var options = group.Options;
        var momentum = options.momentum!.Value;
        var decay = options.weight_decay!.Value;
        var rate = options.maximize!.Value ? options.LearningRate!.Value : -options.LearningRate!.Value;
        foreach (var parameter in group.Parameters)
        {
            using var grad = parameter.grad;
            if (grad is null) continue;
            if (momentum == 0)
            {
                if (decay != 0) parameter.mul_(1 + (rate * decay));
                parameter.add_(grad, rate);
                continue;
            }

            var state = (State)StateOf(parameter);
            var gain = 1.0;
            if (state.momentum_buffer is null)
            {
                state.momentum_buffer = grad.clone().DetachFromDisposeScope();
            }
            else
            {
                gain = 1 - options.dampening!.Value;
                state.momentum_buffer.mul_(momentum).add_(grad, gain);
            }

            if (decay != 0) state.momentum_buffer.add_(parameter, gain * decay);
            if (!options.nesterov!.Value)
            {
                parameter.add_(state.momentum_buffer, rate);
                continue;
            }

            if (decay != 0) parameter.mul_(1 + (rate * decay));
            parameter.add_(grad, rate).add_(state.momentum_buffer, rate * momentum);
        }
    }

    /// <summary>What is remembered of a parameter: the running sum of its gradients.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The running sum of the gradients; null before the first step with momentum.</summary>
        public Tensor? momentum_buffer;

        /// <summary>Makes the state of a parameter.</summary>
        public State(Parameter parameter)
            : base(parameter)
        {
        }

        /// <summary>Frees the buffer.</summary>
        public void Dispose() => momentum_buffer?.Dispose();

        /// <summary>Moves the buffer to a device.</summary>
        public override void to(Device device) => momentum_buffer = momentum_buffer?.to(device).DetachFromDisposeScope();

        /// <summary>Copies another state.</summary>
        public override void LoadStateDict(OptimizerState source)
        {
            momentum_buffer?.Dispose();
            momentum_buffer = ((State)source).momentum_buffer?.to(_parameter.device, copy: true).DetachFromDisposeScope();
        }

        /// <summary>Whether another state is the same within rounding.</summary>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && (momentum_buffer is null || (state.momentum_buffer is { } buffer && momentum_buffer.allclose(buffer)));

        /// <summary>Goes back to the state before the first step.</summary>
        public override void Initialize(OptimizerOptions options)
        {
            momentum_buffer?.Dispose();
            momentum_buffer = null;
        }
    }

    /// <summary>The options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>How much of the running sum of gradients stays at each step.</summary>
        public double? momentum;

        /// <summary>How much of a gradient doesn't go into the running sum.</summary>
        public double? dampening;

        /// <summary>How much of the parameter is added to its gradient.</summary>
        public double? weight_decay;

        /// <summary>Whether the momentum is Nesterov's.</summary>
        public bool? nesterov;

        /// <summary>Whether the step goes uphill.</summary>
        public bool? maximize;

        /// <summary>Copies other options.</summary>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            momentum = other.momentum;
            dampening = other.dampening;
            weight_decay = other.weight_decay;
            nesterov = other.nesterov;
            maximize = other.maximize;
        }
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : ParamGroup<Options>, IMomentum
    {
        /// <summary>Makes an empty group.</summary>
        public ParamGroup()
        {
        }

        /// <summary>Makes a group.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        /// <summary>Makes a group.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
        {
        }

        /// <summary>How much of the running sum of gradients stays at each step.</summary>
        public double Momentum
        {
            get => Options.momentum!.Value;
            set => Options.momentum = value;
        }
    }
}
