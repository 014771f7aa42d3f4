using DeepBelief.Evaluation;
using TorchSharp;

namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>Trains a machine of one seed on digits, and scores digits that it has not seen and images that are none.</summary>
internal sealed class AnomalyRun(ExperimentContext context, AnomalyRecipe recipe, int seed)
{
    private const long BatchSize = 1000;

    /// <summary>Adds the result when it is finished.</summary>
    /// <param name="results">Where to.</param>
    /// <param name="fashion">Images of clothes, <c>[rows, 784]</c>; null where there are none.</param>
    public void Run(AnomalyResults results, torch.Tensor? fashion)
    {
        using var pretrained = context.Pretrain(recipe.Plan(seed, context.Data.Whole.TrainImages));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rbm = pretrained.Dbn.Layers[0];
        var digits = context.Data.Whole.TestImages;
        var known = FreeEnergies(rbm, digits);
        var others = new List<AnomalySet>();
        foreach (var (name, images) in StrangeImages.Of(digits, seed))
            Add(name, images);
        if (fashion is not null)
            Add(Data.FashionImages.Name, fashion);
        results.Add(new AnomalyResult(seed, Values(known), others, pretrained.Time));

        void Add(string name, torch.Tensor images)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            using var energies = FreeEnergies(rbm, images);
            others.Add(new(name, Values(energies), AnomalyScore.RocAuc(known, energies)));
        }
    }

    private static float[] Values(torch.Tensor energies)
    {
        using var here = energies.cpu();
        return here.data<float>().ToArray();
    }

    // In batches: the hidden units of all images at once would be large.
    private static torch.Tensor FreeEnergies(Rbm rbm, torch.Tensor images)
        => torch.cat([.. images.split(BatchSize, 0).Select(rbm.FreeEnergy)]);
}
