using System.Diagnostics;
using System.Globalization;
using DeepBelief.Samples.Densities;
using TorchSharp;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var epochs = int.Parse(args[0]);
var width = int.Parse(args[1]);
var step = double.Parse(args[2]);
var steps = int.Parse(args[3]);
var adj = args[4] == "1";
foreach (var density in PlaneDensity.All)
{
    var clock = Stopwatch.StartNew();
    using var model = new Recipe { Epochs = epochs, Width = width, Langevin = new() { StepSize = step, Steps = steps, Adjusted = adj } }.Train(density);
    var t = clock.Elapsed.TotalSeconds;
    using var g = new torch.Generator(5);
    using var x = density.Sample(1000, g);
    Console.WriteLine($"{density.Name,-16} KL {PlaneGrid.Wide.Divergence(density, model):F4} acc {model.Langevin.AcceptanceRate(model.FreeEnergy, x):F3} {t:F1}s");
}
