using DeepBelief.Samples.Mnist;

return await MnistProgram.RunAsync(args, MnistProgram.LocateAsync);
