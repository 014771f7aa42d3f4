using DeepBelief.Experiments.Running;
using DeepBelief.Samples.Reporting.Runs;

namespace DeepBelief.Experiments.Autoencoders;

/// <summary>Deep autoencoders from pre-trained machines against principal components, as in Hinton and Salakhutdinov 2006.</summary>
internal sealed class AutoencoderExperiment : Experiment<AutoencoderResults>
{
    public override string Name => "autoencoder";

    public override string Description => "a deep autoencoder against PCA: images from codes of 30 numbers, and a map by codes of 2";

    public AutoencoderRecipe Recipe { get; init; } = AutoencoderRecipe.Default;

    protected override void Fill(ExperimentContext context, AutoencoderResults results)
    {
        using (var components = PrincipalComponents.Of(context.Data.Whole.TrainImages, Recipe.Networks.Max(network => network.Code)))
        {
            foreach (var network in Recipe.Networks)
                results.Add(network, components.First(network.Code), context.Data.Whole);
        }

        foreach (var seed in context.Options.Seeds)
            new AutoencoderRun(context, Recipe, seed).Run(results);
    }
}

/// <summary>Trains the autoencoders of one seed on all training images. The test images are looked at once by each, when it is finished.</summary>
internal sealed class AutoencoderRun(ExperimentContext context, AutoencoderRecipe recipe, int seed)
{
    /// <summary>Adds what is finished as it goes.</summary>
    public void Run(AutoencoderResults results)
    {
        var images = context.Data.Whole.TrainImages;
        using var below = context.Pretrain(recipe.Below.Plan(seed, images));
        results.AddPretraining(seed, below);
        using var features = below.Dbn.Transform(images);
        foreach (var network in recipe.Networks)
        {
            using var top = context.Pretrain(recipe.Top(seed, network.Code, features));
            results.AddPretraining(seed, top);
            var autoencoder = Unroll(below.Dbn, top.Dbn);
            try
            {
                results.Add(Train(autoencoder, network), autoencoder);
            }
            catch
            {
                autoencoder.Dispose();
                throw;
            }
        }
    }

    private AutoencoderResult Train(Autoencoder autoencoder, AutoencoderNetwork network)
    {
        var (images, training) = (context.Data.Whole.TrainImages, network.FineTuning with { Seed = seed });
        var name = recipe.Name(network);
        var title = $"autoencoder {name}: fine-tuning";
        var start = autoencoder.Score(images).SquaredError;
        var history = context.Output.Stage(title, progress => autoencoder.FitAutoencoder(images, training, progress: progress, cancellationToken: context.CancellationToken));
        context.Record(new Stage(title, seed, history.Last.Elapsed, images.shape[0] * history.Epochs.Count)
        {
            Settings = [StageSettings.Of(title, training, FormattableString.Invariant($"{images.shape[0]:N0} images"), $"{name} and back")],
        });
        return new(seed, name, network, start, history.Epochs, autoencoder.Score(images).SquaredError, autoencoder.Score(context.Data.Whole.TestImages).SquaredError);
    }

    // Copies, as another network has the layers below, too.
    private static Autoencoder Unroll(Dbn below, Dbn top)
    {
        using var dbn = new Dbn(below.Layers.Concat(top.Layers).Select(layer => layer.Clone()));
        return dbn.ToAutoencoder();
    }
}
