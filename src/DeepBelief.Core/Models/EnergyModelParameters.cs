using System.Runtime.CompilerServices;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief;

internal static class EnergyModelParameters
{
    /// <summary>The first parameter, whose device and element type are the model's.</summary>
    public static Parameter Representative(this IEnergyModel model)
    {
        if (model.parameters().FirstOrDefault() is { } parameter)
            return parameter;
        Lifetime.Check(model);
        throw new ArgumentException("Expected a model with parameters, found none.", nameof(model));
    }

    /// <summary>The states of which p(v) is a density: those of the units, within the bounds of the model's chains.</summary>
    public static UnitSupport States(this IEnergyModel model) => model is NeuralEnergyModel neural ? neural.States : model.VisibleSupport;

    /// <summary>Requires rows, at least one, that fit the model; checks their values if checks are due.</summary>
    public static void CheckRows(this IEnergyModel model, Tensor rows, [CallerArgumentExpression(nameof(rows))] string? name = null)
    {
        Guard.Rows(rows, model.VisibleSize, model.Representative(), name);
        InputChecks.Values(model.VisibleSupport, rows, name);
    }
}
