using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>The factorised posterior q(h) of the hidden layers of a <see cref="Dbm"/> given rows.</summary>
/// <param name="Inputs">The inputs J that define each layer's factor, q(h) ∝ exp(-E(h) + J·h), lowest first, <c>[rows, N]</c> each.</param>
/// <param name="Means">E[h] under each.</param>
internal sealed record MeanFieldInference(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Means)
{
    /// <summary>Infers q given rows of v, in the current dispose scope; autograd can differentiate it.</summary>
    public static MeanFieldInference Run(Dbm model, Tensor visible, MeanField settings)
    {
        var (units, weights) = (model.Hidden, model.Weights);
        var (inputs, means) = (new Tensor[units.Count], new Tensor[units.Count]);
        var fromVisible = visible.mm(weights[0].t());
        for (var layer = 0; layer < units.Count; layer++)
        {
            var fromBelow = layer == 0 ? fromVisible : means[layer - 1].mm(weights[layer].t());
            Set(layer, layer < units.Count - 1 ? fromBelow.Times(2) : fromBelow);
        }

        if (units.Count == 1)
            return new(inputs, means);
        var looks = settings.Tolerance > 0 && visible.device_type == DeviceType.CPU && visible.shape[0] > 0;
        for (var sweep = 0; sweep < settings.MostSweeps; sweep++)
        {
            var (inputsBefore, meansBefore) = ((Tensor[])[.. inputs], (Tensor[])[.. means]);
            // Hidden layers count from 0 here: 1, 3, ... are the even ones of the machine.
            foreach (var first in new[] { 1, 0 })
            {
                for (var layer = first; layer < units.Count; layer += 2)
                    Set(layer, FromNeighbours(layer));
            }

            var isSettled = looks && meansBefore.Zip(means).All(pair => Moved(pair.First, pair.Second) <= settings.Tolerance);
            // Of all rows of a data set, those of every sweep would not fit in memory.
            foreach (var old in inputsBefore.Concat(meansBefore))
                old.Dispose();
            if (isSettled)
                break;
        }

        return new(inputs, means);

        void Set(int layer, Tensor ofLayer) => (inputs[layer], means[layer]) = (ofLayer, units[layer].Mean(ofLayer));

        Tensor FromNeighbours(int layer)
        {
            using var scope = torch.NewDisposeScope();
            var fromBelow = layer == 0 ? fromVisible : means[layer - 1].mm(weights[layer].t());
            return (layer == units.Count - 1 ? fromBelow : fromBelow.Plus(means[layer + 1].mm(weights[layer + 1]))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// Returns the variational free energy of each row, E_q[E(v, h)] less the entropy of q, <c>[rows]</c>: F(v) plus the divergence
    /// of q from p(h | v).
    /// </summary>
    /// <remarks>
    /// A factor's energy less its entropy is J·μ - Γ(J). The odd layers were updated last, so that their J are the inputs from their
    /// neighbours, and their J·μ are the couplings of all layers, which the energy subtracts.
    /// </remarks>
    public Tensor FreeEnergy(Dbm model, Tensor visible)
    {
        var total = model.Visible.Energy(visible);
        for (var layer = 0; layer < Means.Count; layer++)
        {
            total = total - model.Hidden[layer].CumulantGenerator(Inputs[layer]);
            if (layer % 2 == 1)
                total = total.Plus((Inputs[layer] * Means[layer]).sum(1));
        }

        return total;
    }

    private static double Moved(Tensor before, Tensor after)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return (after - before).abs().max().Number();
    }
}
