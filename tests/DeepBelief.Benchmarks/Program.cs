using System.CommandLine;
using System.CommandLine.Invocation;
using DeepBelief.Benchmarks.Cuda;
using DeepBelief.Benchmarks.Distributed;
using DeepBelief.Benchmarks.Files;
using DeepBelief.Benchmarks.Fuzzing;
using DeepBelief.Benchmarks.Likelihoods;
using DeepBelief.Benchmarks.Memory;
using DeepBelief.Benchmarks.Operations;
using DeepBelief.Benchmarks.Peers;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Benchmarks.Ratings;
using DeepBelief.Benchmarks.Training;

var root = new RootCommand("Measures the library on this machine.")
{
    TrainingCommand.Create(),
    TrainingWorker.Create(),
    EagerWorker.Create(),
    BusyWorker.Create(),
    MemoryCommand.Create(),
    MemoryWorker.Create(),
    OperationsCommand.Create(),
    FilesCommand.Create(),
    ExactCommand.Create(),
    RatingsCommand.Create(),
    FuzzCommand.Create(),
    DistributedCommand.Create(),
    DistributedWorker.Create(),
    CudaCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction errors)
{
    errors.ShowHelp = false;
    await parsed.InvokeAsync();
    await Console.Error.WriteLineAsync("'--help' lists commands and options.");
    return 2;
}

return await parsed.InvokeAsync();
