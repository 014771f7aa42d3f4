using DeepBelief.Samples.Mnist;
using DeepBelief.Tests.MnistProgram;

return await MnistProgram.RunAsync(args, (_, _, _) => Task.FromResult(TinyImages.Create()));
