using System.Globalization;
using DeepBelief.Cli;
using DeepBelief.Cli.Output;

// Numbers are read and written the same everywhere.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var output = StandardWriter.Output();
using var error = StandardWriter.Error();
using var interruption = new Interruption(error);
return await CommandLine.RunAsync(args, output, error, cancellationToken: interruption.Token);
