// Learns three densities on the plane by neural energy models, compares each with the exact one, and draws a page.
using System.Diagnostics;
using System.Globalization;
using DeepBelief.Samples.Densities;
using DeepBelief.Samples.Reporting.Pages;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var path = args.Length > 0 ? args[0] : "densities.html";
var recipe = new Recipe();
var sections = new List<Section>();
foreach (var density in PlaneDensity.All)
{
    var clock = Stopwatch.StartNew();
    using var model = recipe.Train(density);
    var divergence = PlaneGrid.Wide.Divergence(density, model);
    Console.WriteLine($"{density.Name,-16} KL(density || model) {divergence:F3} nats, {clock.Elapsed.TotalSeconds:F0} s");
    sections.Add(DensityPage.Section(density, model, divergence, recipe.Seed));
}

var page = new Page(
    "Densities on the plane",
    $"Each learned by a neural energy model of two layers of {recipe.Width} units from {recipe.Points:N0} points, with Langevin chains and a replay buffer.",
    sections);
File.WriteAllText(path, page.ToString());
Console.WriteLine($"Pictures: {path}");
