using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

/// <summary>
/// A layer of an <see cref="UntiedDbn"/>: visible and hidden units with weights of their own for each direction, q(h | v) up and p(v | h)
/// down. An <see cref="Rbm"/> has the same weights both ways, which is where the two begin.
/// </summary>
/// <remarks>
/// Each direction is a linear module with an activation: <see cref="Recognition"/> with the biases of <see cref="Hidden"/>, and
/// <see cref="Generative"/> with those of <see cref="Visible"/>. State-dict keys: <c>recognition</c>, <c>[hidden, visible]</c>,
/// <c>generative</c>, <c>[visible, hidden]</c>, both as in <c>nn.Linear</c>, and <c>visible.*</c> and <c>hidden.*</c>, the parameters of
/// the units.
/// </remarks>
public sealed class UntiedLayer : torch.nn.Module
{
    private readonly Parameter recognition;
    private readonly Parameter generative;
    private readonly UnitLayer visible;
    private readonly UnitLayer hidden;

    /// <summary>Creates an untrained layer, with the same weights in both directions.</summary>
    /// <param name="visible">Visible units, owned and disposed by the layer.</param>
    /// <param name="hidden">Hidden units, owned and disposed by the layer.</param>
    /// <param name="weights">Weight initialization; null uses <see cref="WeightInitialization.Default"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <exception cref="ArgumentException">The units are the same object, or differ in element type or device.</exception>
    public UntiedLayer(UnitLayer visible, UnitLayer hidden, WeightInitialization? weights = null, long seed = 0)
        : base(nameof(UntiedLayer))
    {
        ArgumentNullException.ThrowIfNull(visible);
        ArgumentNullException.ThrowIfNull(hidden);
        if (ReferenceEquals(visible, hidden))
            throw new ArgumentException("Expected two layers, found the same one twice.", nameof(hidden));
        (this.visible, this.hidden) = (visible, hidden);
        var parameters = visible.parameters().Concat(hidden.parameters()).ToList();
        foreach (var parameter in parameters)
            Guard.SameKind(parameter, parameters[0], nameof(hidden));
        using (Parameters.OutsideInference())
        using (torch.NewDisposeScope())
        {
            var values = (weights ?? WeightInitialization.Default).Draw(visible.Size, hidden.Size, seed);
            if (parameters.Count > 0)
                values = values.to(parameters[0].dtype, parameters[0].device);
            generative = Parameters.Create(values.t().contiguous().clone());
            recognition = Parameters.Create(values);
        }

        RegisterComponents();
    }

    /// <summary>The visible units, with the biases of p(v | h).</summary>
    public UnitLayer Visible => visible;

    /// <summary>The hidden units, with the biases of q(h | v).</summary>
    public UnitLayer Hidden => hidden;

    /// <summary>The weights of q(h | v), <c>[hidden, visible]</c>.</summary>
    public Parameter Recognition => recognition;

    /// <summary>The weights of p(v | h), <c>[visible, hidden]</c>.</summary>
    public Parameter Generative => generative;

    internal StochasticLayer Stochastic => new(visible, hidden, recognition, generative);

    /// <summary>Adds the gradient of the mean -log p(v | h) over pairs of rows to the generative parameters' <c>.grad</c>.</summary>
    internal void AccumulateGenerativeGradient(Tensor lower, Tensor upper, Tensor? weights = null) => Accumulate(visible, generative, upper, lower, weights);

    /// <summary>Adds the gradient of the mean -log q(h | v) over pairs of rows to the recognition parameters' <c>.grad</c>.</summary>
    internal void AccumulateRecognitionGradient(Tensor lower, Tensor upper, Tensor? weights = null) => Accumulate(hidden, recognition, lower, upper, weights);

    /// <summary>The delta rule, for units of any kind: ∂/∂W of -log p(y | x) is (E[y | x] - y)ᵀ x.</summary>
    private static void Accumulate(UnitLayer units, Parameter weight, Tensor given, Tensor states, Tensor? weights)
    {
        if (weights is not null)
        {
            AccumulateWeighted(units, weight, given, states, weights);
            return;
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var scale = 1.0 / states.shape[0];
        var inputs = given.mm(weight.t());
        var means = units.Mean(inputs);
        units.AccumulateEnergyGradient(states, scale);
        units.AccumulateCumulantGradient(inputs, means, scale);
        _ = Gradients.Of(weight)?.addmm_((means - states).Scale(scale).t(), given);
    }

    // Units add up the gradients of rows that count alike, so autograd weighs the rows.
    private static void AccumulateWeighted(UnitLayer units, Parameter weight, Tensor given, Tensor states, Tensor weights)
    {
        using var grad = torch.enable_grad();
        using var scope = torch.NewDisposeScope();
        var inputs = given.mm(weight.t());
        var losses = units.Energy(states).Plus(units.CumulantGenerator(inputs)) - (inputs * states).sum(1);
        if (losses.requires_grad)
            (losses * weights).mean().backward();
    }
}
