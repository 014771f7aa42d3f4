// A classifier of MNIST's digits, pre-trained as a belief network, on several processes or machines:
//   mpirun -np 2 dotnet DeepBelief.Samples.Distributed.dll
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DeepBelief;
using DeepBelief.Distributed;
using DeepBelief.Samples.Data;
using DeepBelief.Tensors;
using DeepBelief.Training;
using TorchSharp;

var data = new Option<DirectoryInfo>("--data") { Description = "Folder with the four MNIST files, raw or gzipped; what it lacks is taken from the per-user cache, else downloaded into that." };
var epochs = new Option<int>("--epochs") { Description = "Epochs of each layer, and of the classifier.", DefaultValueFactory = _ => 5 };
var rows = new Option<int>("--rows") { Description = "Images to train on, the first ones; all by default.", DefaultValueFactory = _ => int.MaxValue };
var output = new Option<DirectoryInfo>("--out") { Description = "Folder for the checkpoint, from which a run that was broken off goes on, and the trained network.", DefaultValueFactory = _ => new("deepbelief-distributed") };
var root = new RootCommand("Trains a classifier of MNIST's digits on the processes that mpirun has started.") { data.AcceptExistingOnly(), epochs, rows, output };
root.SetAction(async (parsed, cancellationToken) =>
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    try
    {
        using var group = MpiGroup.Join();
        await TrainAsync(group, parsed.GetValue(data)?.FullName, parsed.GetValue(epochs), parsed.GetValue(rows), parsed.GetValue(output)!.FullName, cancellationToken);
        return 0;
    }
    catch (Exception e) when (e is GroupFailedException or MnistUnavailableException or IOException or DllNotFoundException or PlatformNotSupportedException or TrainingDivergedException)
    {
        await Console.Error.WriteLineAsync($"error: {e.Message}");
        return 1;
    }
});
return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });

static async Task TrainAsync(IProcessGroup group, string? folder, int epochs, int rows, string output, CancellationToken cancellationToken)
{
    // Every rank has all images, on its own disk or a shared one. The first looks for them alone, as it may have to fetch them.
    if (group.Rank > 0)
        group.Barrier();
    using var mnist = await MnistData.LocateAsync(folder, torch.CPU, Console.WriteLine, cancellationToken);
    if (group.Rank == 0)
        group.Barrier();
    var split = mnist.Whole;
    var count = Math.Min(rows, split.TrainImages.shape[0]);
    using var images = split.TrainImages.narrow(0, 0, count);
    using var labels = split.TrainLabels.narrow(0, 0, count);
    Directory.CreateDirectory(output);
    var watch = Stopwatch.StartNew();
    Say($"{group.Size} ranks, {count} images");

    // Layer by layer; each rank trains on its share of every batch.
    using var dbn = Dbn.Bernoulli(784, 500, 250);
    var layers = dbn.Fit(
        images,
        new() { Epochs = epochs, BatchSize = 100, Group = group, Checkpoint = new() { Path = Path.Combine(output, "dbn.checkpoint") } },
        cancellationToken: cancellationToken);
    foreach (var (i, layer) in layers.Index())
        Say($"layer {i + 1}: reconstruction error {layer.Epochs[0].ReconstructionError:F4} -> {layer.Last.ReconstructionError:F4}");

    using var net = dbn.ToClassifier(classes: 10);
    _ = net.FitClassifier(images, labels, new() { Epochs = epochs, BatchSize = 100, Group = group }, cancellationToken: cancellationToken);
    if (group.Rank == 0)
        net.Save(Path.Combine(output, "net.pt"));
    Say($"accuracy {net.Score(split.TestImages, split.TestLabels).Accuracy:P1} on {split.TestImages.shape[0]} test images, after {watch.Elapsed.TotalSeconds:F0} s");

    void Say(FormattableString text)
    {
        if (group.Rank == 0)
            Console.WriteLine(FormattableString.Invariant(text));
    }
}
