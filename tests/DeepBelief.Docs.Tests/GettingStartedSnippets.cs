#region usings
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Training;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/getting-started.md.</summary>
public sealed class GettingStartedSnippets : Support.SnippetTests
{
    [Fact]
    public void A_machine_is_trained_saved_and_loaded()
    {
        #region train
        using var data = TrialDataset.Create(seed: 1);          // [2000, 10], zeros and ones
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 100);
        var history = rbm.Fit(data, new()
        {
            Epochs = 50,
            LearningRate = 0.001,
            Optimizer = new AdamSettings(),
            Patience = 10,
        });
        Console.WriteLine($"best epoch {history.BestEpoch} of {history.Epochs.Count}");
        Console.WriteLine($"reconstruction error {history.Best.ReconstructionError:f3}");
        Console.WriteLine($"pseudo-log-likelihood {history.Best.PseudoLogLikelihood:f2} nats a row");
        #endregion

        history.Best.ReconstructionError.Should().Be(history.Epochs.Min(epoch => epoch.ReconstructionError));
        history.Epochs[0].ReconstructionError.Should().BeApproximately(0.25, 0.01);
        history.Best.ReconstructionError.Should().BeLessThan(0.2);
        // 10 log(1/2) is what independent, fair bits have.
        history.Best.PseudoLogLikelihood.Should().BeGreaterThan(10 * Math.Log(0.5));

        #region use
        using var features = rbm.HiddenMean(data);              // E[h | v], [2000, 100]
        using var reconstruction = rbm.Reconstruct(data);       // E[v | E[h | v]], [2000, 10]
        using var energies = rbm.FreeEnergy(data);              // [2000], in nats; lower is more probable
        #endregion

        features.shape.Should().Equal(2000, 100);
        (reconstruction - data).square().mean().ToDouble().Should().BeApproximately(history.Best.ReconstructionError, 0.01);
        // The rows of mostly ones, or of mostly zeros, are what the data have most.
        var ones = data.sum(1);
        var (common, rare) = (energies[ones.sub(5).abs().gt(2)].mean().ToDouble(), energies[ones.eq(5)].mean().ToDouble());
        common.Should().BeLessThan(rare);

        #region save
        rbm.Save("rbm.pt");
        using var again = Rbm.Load("rbm.pt");                   // the same parameters, bit for bit
        #endregion

        again.FreeEnergy(data).Equals(energies).Should().BeTrue();
    }

    [Fact]
    public void A_network_is_stacked_and_sampled()
    {
        using var data = TrialDataset.Create(seed: 1);

        #region network
        using var dbn = Dbn.Bernoulli([10, 7, 5, 2], WeightInitialization.Normal(0.1));
        var layers = dbn.Fit(data, new()
        {
            Epochs = 30,
            BatchSize = 10,
            LearningRate = 0.1,
            Inputs = LayerInputs.Samples,
        });
        using var top = dbn.Transform(data);                    // [2000, 2]
        using var reconstruction = dbn.Reconstruct(data);       // [2000, 10]
        using var generator = new Generator(1);
        using var drawn = dbn.Sample(count: 16, steps: 200, generator);     // [16, 10], probabilities
        #endregion

        layers.Should().HaveCount(3);
        top.shape.Should().Equal(2000, 2);
        drawn.shape.Should().Equal(16, 10);
        drawn.min().ToDouble().Should().BeInRange(0, 1);
        // What two bits keep of ten: better than the best constant, whose absolute error is 0.5 here.
        (reconstruction - data).abs().mean().ToDouble().Should().BeLessThan(0.45);
    }
}
