using TorchSharp.Interop;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Adam: steps scaled by running averages of the gradients and of their squares.</summary>
public class Adam : OptimizerHelper, IBetas
{
    /// <summary>Makes an optimizer of parameters.</summary>
    public Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>Makes an optimizer of groups of parameters.</summary>
    public Adam(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        if (lr < 0.0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0.0) throw new ArgumentException($"Invalid eps: {eps}");
        if (beta1 is < 0 or >= 1) throw new ArgumentException($"Invalid beta1: {beta1}");
        if (beta2 is < 0 or >= 1) throw new ArgumentException($"Invalid beta2: {beta2}");
        if (weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");

        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    /// <summary>The decay rates of groups that are added without them.</summary>
    public (double, double) Betas
    {
        get => (((Options)_defaults!).beta1!.Value, ((Options)_defaults!).beta2!.Value);
        set => (((Options)_defaults!).beta1, ((Options)_defaults!).beta2) = value;
    }

    /// <summary>Adds a group of parameters.</summary>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults!;
        var options = (Options)(param_group.Options ??= new Options());
        options.LearningRate ??= defaults.LearningRate;
        options.beta1 ??= defaults.beta1;
        options.beta2 ??= defaults.beta2;
        options.eps ??= defaults.eps;
        options.weight_decay ??= defaults.weight_decay;
        options.amsgrad ??= defaults.amsgrad;
        options.maximize ??= defaults.maximize;
        Add(param_group, parameter => new State(parameter));
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Step, closure);

    private void Step(ParamGroup group)
    {
        var options = group.Options;
        var (beta1, beta2) = group.Betas;
        foreach (var parameter in group.Parameters)
        {
            using var found = parameter.grad;
            if (found is null) continue;
            var state = (State)StateOf(parameter);
            state.step++;
            var grad = found;
            if (options.maximize!.Value) grad = grad.neg();
            if (options.weight_decay!.Value != 0) grad = grad.add(parameter, options.weight_decay.Value);
            Ops.LerpInPlaceScalar.Run(state.exp_avg, grad, 1 - beta1);
            state.exp_avg_sq.mul_(beta2).addcmul_(grad, grad, 1 - beta2);
            var squares = state.exp_avg_sq;
            if (options.amsgrad!.Value)
            {
                Ops.MaximumOut.Run(state.max_exp_avg_sq, squares, state.max_exp_avg_sq);
                squares = state.max_exp_avg_sq!;
            }

            // The corrections for the averages' start at zero go into the numbers, not the tensors:
            // m / c1 / (sqrt(v / c2) + eps) = (sqrt(c2) / c1) m / (sqrt(v) + sqrt(c2) eps).
            var root = Math.Sqrt(1 - Math.Pow(beta2, state.step));
            var rate = options.LearningRate!.Value * root / (1 - Math.Pow(beta1, state.step));
            using var divisor = squares.sqrt().add_(root * options.eps!.Value);
            parameter.addcdiv_(state.exp_avg, divisor, -rate);
        }
    }

    /// <summary>What is remembered of a parameter: running averages of its gradients and of their squares.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The number of steps.</summary>
        public long step;

        /// <summary>The running average of the gradients.</summary>
        public Tensor exp_avg = null!;

        /// <summary>The running average of the squared gradients.</summary>
        public Tensor exp_avg_sq = null!;

        /// <summary>The largest running average of the squared gradients, with AMSGrad.</summary>
        public Tensor? max_exp_avg_sq;

        /// <summary>Makes the state of a parameter.</summary>
        public State(Parameter parameter)
            : base(parameter)
        {
        }

        /// <summary>Frees the averages.</summary>
        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        /// <summary>Moves the averages to a device.</summary>
        public override void to(Device device)
        {
            exp_avg = exp_avg.to(device).DetachFromDisposeScope();
            exp_avg_sq = exp_avg_sq.to(device).DetachFromDisposeScope();
            max_exp_avg_sq = max_exp_avg_sq?.to(device).DetachFromDisposeScope();
        }

        /// <summary>Copies another state.</summary>
        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            Dispose();
            step = other.step;
            exp_avg = other.exp_avg.to(_parameter.device, copy: true).DetachFromDisposeScope();
            exp_avg_sq = other.exp_avg_sq.to(_parameter.device, copy: true).DetachFromDisposeScope();
            max_exp_avg_sq = other.max_exp_avg_sq?.to(_parameter.device, copy: true).DetachFromDisposeScope();
        }

        /// <summary>Whether another state is the same within rounding.</summary>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state
            && step == state.step
            && exp_avg.allclose(state.exp_avg)
            && exp_avg_sq.allclose(state.exp_avg_sq)
            && (max_exp_avg_sq is null || (state.max_exp_avg_sq is { } largest && max_exp_avg_sq.allclose(largest)));

        /// <summary>Goes back to the state before the first step.</summary>
        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            step = 0;
            exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad!.Value ? zeros_like(_parameter).DetachFromDisposeScope() : null;
        }
    }

    /// <summary>The options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>The decay rate of the average of the gradients.</summary>
        public double? beta1;

        /// <summary>The decay rate of the average of the squared gradients.</summary>
        public double? beta2;

        /// <summary>How much of the parameter is added to its gradient.</summary>
        public double? weight_decay;

        /// <summary>What is added to the divisor, so that it isn't zero.</summary>
        public double? eps;

        /// <summary>Whether the largest average of the squares is used in place of the current one.</summary>
        public bool? amsgrad;

        /// <summary>Whether the step goes uphill.</summary>
        public bool? maximize;

        /// <summary>Copies other options.</summary>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            beta1 = other.beta1;
            beta2 = other.beta2;
            eps = other.eps;
            weight_decay = other.weight_decay;
            amsgrad = other.amsgrad;
            maximize = other.maximize;
        }
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : ParamGroup<Options>, IBetas
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
        {
        }

        /// <summary>The decay rates of the averages of gradients and of their squares.</summary>
        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
