// The original's README in C#: an RBM and a DBN on toy data; trained, saved, loaded and used to reconstruct.
using System.Globalization;
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;

var folder = args.Length > 0 ? args[0] : Directory.CreateTempSubdirectory("deepbelief-quickstart-").FullName;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// 2,000 rows of ten bits: half with ones in three places out of four, half with one in four.
using var data = TrialDataset.Create(seed: 1);
Console.WriteLine($"Data: {data.shape[0]} rows of {data.shape[1]} bits");

// A restricted Boltzmann machine with 10 visible and 100 hidden units, trained by contrastive divergence.
using var rbm = Rbm.Bernoulli(visible: 10, hidden: 100);
var history = rbm.Fit(data, new()
{
    Epochs = 50,
    BatchSize = 32,
    LearningRate = 0.001,
    Optimizer = new AdamSettings(),
    NegativePhase = new ContrastiveDivergence(3),
    Patience = 10,
});
Console.WriteLine($"RBM 10-100: {history.Epochs.Count} epochs, best after {history.BestEpoch}");
Console.WriteLine($"  reconstruction error   {history.Epochs[0].ReconstructionError:F4} -> {history.Best.ReconstructionError:F4}");
Console.WriteLine($"  pseudo-log-likelihood  {history.Epochs[0].PseudoLogLikelihood:F3} -> {history.Best.PseudoLogLikelihood:F3} nats a row");

// Saved for .NET and for Python: torch.load(path)["state_dict"]["weight"].
var path = Path.Combine(folder, "save_example.pt");
rbm.Save(path);
using var again = Rbm.Load(path);
using var energies = rbm.FreeEnergy(data);
using var energiesAgain = again.FreeEnergy(data);
Console.WriteLine($"Saved to {path} and loaded; free energies are {(energies.Equals(energiesAgain) ? "the same" : "different!")}");

// A deep belief network 10-7-5-2, trained layer by layer, and what is left of the data on its way up and down.
// Layers this small learn little from probabilities near one half; sampled inputs tell them more.
using var dbn = Dbn.Bernoulli([10, 7, 5, 2], WeightInitialization.Normal(0.1));
var layers = dbn.Fit(data, new()
{
    Epochs = 30,
    BatchSize = 10,
    LearningRate = 0.1,
    Optimizer = new SgdSettings { Momentum = 0.5, WeightDecay = 0 },
    Inputs = LayerInputs.Samples,
});
dbn.Save(Path.Combine(folder, "dbn_example.pt"));
using var dbnAgain = Dbn.Load(Path.Combine(folder, "dbn_example.pt"));
using var reconstruction = dbnAgain.Reconstruct(data);
using var error = (data - reconstruction).abs().mean();
using var zero = data.mean();
Console.WriteLine($"DBN 10-7-5-2: {string.Join(", ", layers.Select(layer => layer.Epochs.Count))} epochs a layer");
Console.WriteLine($"  mean absolute error of its reconstructions {error.ToDouble():F4}, of all zeros {zero.ToDouble():F4}");

// New rows from the network, by Gibbs sampling in its top machine.
using var generator = new torch.Generator(1);
using var samples = dbn.Sample(3, generator: generator);
Console.WriteLine("Three samples, as probabilities of a one:");
foreach (var row in samples.data<float>().Chunk(10))
    Console.WriteLine("  " + string.Join(" ", row.Select(p => p.ToString("F2"))));
