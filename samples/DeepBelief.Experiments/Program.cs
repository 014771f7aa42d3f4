using DeepBelief.Experiments;
using DeepBelief.Samples.Data;

return await ExperimentProgram.RunAsync(
    args,
    (options, output, cancellationToken) => MnistData.LocateAsync(options.DataFolder, options.TorchDevice(), output.Note, cancellationToken));
