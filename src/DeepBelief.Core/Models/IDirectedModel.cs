using System.Runtime.CompilerServices;
using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>A deep model of the library: directed layers below a machine at the top.</summary>
internal interface IDirectedModel : IDeepGenerativeModel
{
    /// <summary>The layers below the top machine, lowest first.</summary>
    IReadOnlyList<StochasticLayer> Directed { get; }

    /// <summary>The free energy of states of the units that the top machine shares with the layers below, <c>[batch]</c>.</summary>
    Tensor TopFreeEnergy(Tensor states);
}

internal static class DirectedModel
{
    /// <summary><see cref="IDeepGenerativeModel.LogWeights"/>, from the terms of the layers.</summary>
    public static Tensor SampleLogWeights(this IDirectedModel model, Tensor visible, Generator? generator)
    {
        model.CheckMatrix(visible);
        Guard.Alive(generator);
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (states, total) = (visible, torch.zeros(visible.shape[0], ScalarType.Float64, visible.device));
        foreach (var layer in model.Directed)
        {
            var (upper, logRatio) = layer.Infer(states, generator);
            (states, total) = (upper, total.Plus(logRatio));
        }

        return (total - model.TopFreeEnergy(states).to(ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    /// <summary>Requires rows that fit the model; checks their values if checks are due.</summary>
    public static void CheckMatrix(this IDirectedModel model, Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Lifetime.Check(model);
        Guard.Matrix(rows, model.VisibleSize, model.TopMachine.Weight, name);
        InputChecks.Values(model.VisibleSupport, rows, name);
    }

    /// <summary>The public door to <see cref="SendToTop"/>.</summary>
    public static Tensor TransformUp(this IDirectedModel model, Tensor data, LayerInputs? inputs, Generator? generator)
    {
        model.CheckMatrix(data);
        Guard.Alive(generator);
        using var noGrad = torch.no_grad();
        return model.SendToTop(data, inputs ?? LayerInputs.Means, generator);
    }

    /// <summary>Sends data up to the units of the top machine.</summary>
    public static Tensor SendToTop(this IDirectedModel model, Tensor data, LayerInputs inputs, Generator? generator)
        => LayerStack.SendUp(model.Directed, data, inputs, generator);

    /// <summary>
    /// Sends states of the top machine's visible units down, sampled as far as the lowest layer, of which the result are the means. The
    /// units of a label, which come last, have no part in it.
    /// </summary>
    public static Tensor SendDown(this IDirectedModel model, Tensor states, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        states = states.narrow(1, 0, model.Directed[^1].Upper.Size);
        foreach (var layer in model.Directed.Skip(1).Reverse())
            states = layer.SampleLower(states, generator);
        return model.Directed[0].LowerMean(states).MoveToOuterDisposeScope();
    }
}
