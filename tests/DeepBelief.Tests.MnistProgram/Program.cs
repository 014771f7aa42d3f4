using DeepBelief.Experiments;
using DeepBelief.Tests.MnistProgram;

return await ExperimentProgram.RunAsync(args, (_, _, _) => Task.FromResult(TinyImages.Create()));
