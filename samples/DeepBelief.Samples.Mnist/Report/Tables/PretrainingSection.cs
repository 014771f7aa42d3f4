using DeepBelief.Samples.Mnist.Experiments.Tables;
using DeepBelief.Samples.Mnist.Pretraining;
using DeepBelief.Samples.Mnist.Report.Models;
using DeepBelief.Samples.Reporting.Pages;

namespace DeepBelief.Samples.Mnist.Report.Tables;

/// <summary>How pre-training went, layer by layer.</summary>
internal static class PretrainingSection
{
    public static Section Create(TablesModels models) =>
        PretrainingCurves.Create(
            [.. Layers("RBM", models.Rbm), .. Layers("DBN", models.Dbn)],
            "With these settings training ends early when the reconstruction error of training images no longer falls; it would look at "
            + "images held out instead, and end elsewhere, so none are.");

    private static IEnumerable<LayerHistory> Layers(string name, PretrainedDbn? model)
    {
        var count = model?.Histories.Count ?? 0;
        return Enumerable.Range(0, count).Select(i => new LayerHistory(
            count == 1 ? name : $"{name}, layer {i + 1}", model!.Dbn.Layers[i].VisibleSize, model.Histories[i]));
    }
}
