#region usings
using DeepBelief.Tensors;
using DeepBelief.Units;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

#region units
/// <summary>
/// Ratings x from 1 to n, each with a bias of its own: E(x) = -Σ b[x], so that p(x | I) is the
/// softmax of b[x] + I x. Between two ratings, as a mean may be, b[x] is interpolated.
/// </summary>
public sealed class RatingUnits : UnitLayer
{
    public const string KindName = "example.rating";

    private readonly TorchSharp.Modules.Parameter bias;

    public RatingUnits(long size, long most = 5)
        : base(KindName, size)
    {
        Most = most;
        Support = UnitSupport.Interval("rating", 1, most, step: 1);    // what data has to be
        bias = Parameters.Zeros(size * most);                          // outlives the scope
        RegisterComponents();
    }

    public long Most { get; }

    public TorchSharp.Modules.Parameter Bias => bias;

    public override UnitSupport Support { get; }

    // With the size, all that a file has to hold beside the parameters.
    public override IReadOnlyDictionary<string, object?> Settings
        => new Dictionary<string, object?> { ["most"] = Most };

    public override Tensor Energy(Tensor states)
    {
        using var scope = NewDisposeScope();
        return (Parts(states) * Biases()).sum([1L, 2]).neg().MoveToOuterDisposeScope();
    }

    public override Tensor CumulantGenerator(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return Logits(inputs).logsumexp(2).sum(1).MoveToOuterDisposeScope();
    }

    public override Tensor Mean(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return (Logits(inputs).softmax(2) * Ratings()).sum(2).MoveToOuterDisposeScope();
    }

    public override Tensor Variance(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var distances = Ratings() - Mean(inputs).unsqueeze(2);
        return (Logits(inputs).softmax(2) * distances.square()).sum(2).MoveToOuterDisposeScope();
    }

    public override Tensor Sample(Tensor inputs, Generator? generator = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var logits = Logits(inputs);
        var noise = empty_like(logits).exponential_(1, generator).log();
        var rating = (logits - noise).argmax(2) + 1;
        return rating.to(inputs.dtype).MoveToOuterDisposeScope();
    }

    public override void AccumulateEnergyGradient(Tensor states, double scale)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Gradients.Add(bias, Parts(states).sum(dim: 0).flatten(), -scale);
    }

    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Gradients.Add(bias, Logits(inputs).softmax(2).sum(dim: 0).flatten(), scale);
    }

    // Without inputs, p(x) is how often the data have x; what they lack keeps a small part.
    public override void InitializeFromData(Tensor data)
    {
        if (!Parameters.IsUntouched(bias))                      // a trained layer stays as it is
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var probabilities = (Parts(data).mean([0L]) * 0.99) + (0.01 / Most);
        Parameters.Assign(bias, probabilities.log().flatten());
    }

    private Tensor Biases() => bias.view(Size, Most);

    private Tensor Ratings() => arange(1, Most + 1, bias.dtype, bias.device);

    // b[x] + I x for all ratings x, [batch, N, n].
    private Tensor Logits(Tensor inputs) => (inputs.unsqueeze(2) * Ratings()) + Biases();

    // How much of each rating a state has: 1 of its own or, between two ratings, a part of each.
    private Tensor Parts(Tensor states)
        => (1 - (states.unsqueeze(2) - Ratings()).abs()).clamp_min(0);
}
#endregion
