using DeepBelief.Files;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// Starts an RBM as the one below it, turned over: its hidden units are the lower visible ones, so that with the lower hidden units
/// as its visible ones it has the same p(h) as the RBM below (Hinton, Osindero and Teh 2006, section 4; Salakhutdinov and Hinton 2009).
/// </summary>
internal static class TiedStart
{
    /// <summary>Throws if an RBM cannot start so.</summary>
    /// <param name="below">The RBM below.</param>
    /// <param name="layer">The RBM.</param>
    /// <param name="name">What the RBM is called in messages.</param>
    public static void Check(Rbm below, Rbm layer, string name)
    {
        Expect(
            Begins(layer.Hidden, below.Visible),
            $"{name} has at least {below.Visible.Description} hidden units, as the layer below has visible ones (it has {layer.Hidden.Description} ones)");
        Expect(
            layer.parameters().All(parameter => parameter.requires_grad),
            $"the parameters of {name} are all trained or all frozen (requires_grad of some is false), as the start sets all of them");

        static void Expect(bool condition, string text) => Guard.Option(condition, nameof(DbnTrainingOptions.TiedStart), true, $"false, unless {text}");
    }

    /// <summary>Sets the parameters of an RBM whose biases are all zero, so untrained; of others none.</summary>
    public static void Apply(Rbm below, Rbm layer)
    {
        if (!layer.Visible.parameters().Concat(layer.Hidden.parameters()).All(Parameters.IsUntouched))
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (below.VisibleSize, below.HiddenSize);
        // Units of a label have no weights at first, so that their biases remain to be begun from the data.
        _ = layer.Weight.narrow(1, columns, layer.VisibleSize - columns).zero_();
        _ = layer.Weight.narrow(0, 0, rows).narrow(1, 0, columns).copy_(below.Weight.t());
        Copy(below.Hidden, layer.Visible);
        Copy(below.Visible, layer.Hidden);
        var beyond = layer.HiddenSize - rows;
        if (beyond == 0)
            return;
        var given = torch.zeros_like(layer.Weight);
        _ = given.narrow(0, rows, beyond).copy_(layer.Weight.narrow(0, rows, beyond));
        SharedInputs.TakeBack(layer.Visible, layer.Hidden, given);
    }

    /// <summary>True if a layer's first units are of the kinds of another layer.</summary>
    private static bool Begins(UnitLayer layer, UnitLayer with)
    {
        UnitLayer[] parts = [.. SharedInputs.Parts(layer).Select(columns => columns.Part)];
        UnitLayer[] wanted = [.. SharedInputs.Parts(with).Select(columns => columns.Part)];
        return parts.Length >= wanted.Length
            && wanted.Index().All(part => Kind(parts[part.Index]) == Kind(part.Item)
                && (part.Index < wanted.Length - 1 ? parts[part.Index].Size == part.Item.Size : parts[part.Index].Size >= part.Item.Size));
    }

    private static string Kind(UnitLayer units) => $"{units.Kind} {JsonConfig.Write(units.Settings)}";

    private static void Copy(UnitLayer from, UnitLayer to)
    {
        foreach (var ((source, _), (target, _)) in SharedInputs.Parts(from).Zip(SharedInputs.Parts(to)))
        {
            foreach (var (values, parameter) in source.parameters().Zip(target.parameters()))
                _ = (values.dim() == 0 ? parameter : parameter.narrow(0, 0, values.shape[0])).copy_(values);
        }
    }
}
