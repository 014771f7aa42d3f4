using DeepBelief.Experiments;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Samples.Data;

return await ExperimentProgram.RunAsync(
    args,
    (options, output, cancellationToken) => options.Images == ImageSet.Fashion
        ? Task.FromResult(FashionImages.Open(options.FashionFolder, options.TorchDevice()))
        : MnistData.LocateAsync(options.DataFolder, options.TorchDevice(), output.Note, cancellationToken));
