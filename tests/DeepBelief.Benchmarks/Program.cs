using System.CommandLine;
using DeepBelief.Benchmarks.Files;
using DeepBelief.Benchmarks.Fuzzing;

return await new RootCommand("Measures the library, beside Python's torch where there is one.")
{
    FuzzCommand.Create(),
    FilesCommand.Create(),
    FilesCommand.CreateWorker(),
}.Parse(args).InvokeAsync();
