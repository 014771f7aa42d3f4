#:package DeepBelief.Core@0.1.0
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property UseCurrentRuntimeIdentifier=true

using DeepBelief;
using static TorchSharp.torch;

using var half = rand(1000, 4).round();
using var data = cat([half, half], 1);            // [1000, 8]: bits 5 to 8 repeat bits 1 to 4
using var rbm = Rbm.Bernoulli(visible: 8, hidden: 16);
var history = rbm.Fit(data, new() { Epochs = 60 });
var (first, last) = (history.Epochs[0], history.Last);
Console.WriteLine($"error {first.ReconstructionError:f3} -> {last.ReconstructionError:f3}");
rbm.Save("rbm.pt");
