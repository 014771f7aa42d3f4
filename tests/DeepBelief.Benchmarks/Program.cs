using System.CommandLine;
using DeepBelief.Benchmarks.Memory;
using DeepBelief.Benchmarks.Operations;
using DeepBelief.Benchmarks.Training;

var root = new RootCommand("Measures the library on this machine.")
{
    TrainingCommand.Create(),
    TrainingWorker.Create(),
    MemoryCommand.Create(),
    MemoryWorker.Create(),
    OperationsCommand.Create(),
    OperationsWorker.Create(),
};
return await root.Parse(args).InvokeAsync();
