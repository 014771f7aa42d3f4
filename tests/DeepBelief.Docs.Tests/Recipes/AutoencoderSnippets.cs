#region usings
using DeepBelief;
using DeepBelief.Units;
using TorchSharp;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/autoencoder.md.</summary>
public sealed class AutoencoderSnippets : Support.SnippetTests
{
    [Fact]
    public void A_network_unrolls()
    {
        var (images, _) = Support.Toy.Images(600, seed: 1);
        var (others, _) = Support.Toy.Images(200, seed: 2);

        #region unroll
        using var dbn = new Dbn(
            Rbm.Bernoulli(784, 128),
            Rbm.Bernoulli(128, 64),
            new Rbm(new BernoulliUnits(64), new GaussianUnits(10)));    // a linear code
        dbn.Fit(images, new() { Epochs = 5 });
        using var autoencoder = dbn.ToAutoencoder();                    // until trained, dbn.Reconstruct
        #endregion

        var before = autoencoder.Score(others);

        #region train
        var options = new AutoencoderTrainingOptions { Epochs = 30, Patience = 5 };
        var history = autoencoder.FitAutoencoder(images, options, validation: others);
        Console.WriteLine($"{history.Best.Validation:f1} nats in epoch {history.BestEpoch}");
        #endregion

        #region use
        using var codes = autoencoder.Encode(others);                   // [rows, 10]
        using var rows = autoencoder.Decode(codes);                     // [rows, 784]
        var score = autoencoder.Score(others);                          // (SquaredError, CrossEntropy)
        using var strange = autoencoder.Losses(others);                 // [rows], squared errors
        autoencoder.Save("autoencoder.pt");                             // Autoencoder.Load reads it
        #endregion

        codes.shape.Should().Equal(200, 10);
        rows.sub(autoencoder.call(others)).abs().max().ToDouble().Should().BeLessThan(1e-5);
        score.CrossEntropy.Should().BeLessThan(before.CrossEntropy!.Value);
        strange.mean().ToDouble().Should().BeApproximately(score.SquaredError, 1e-3);
    }
}
