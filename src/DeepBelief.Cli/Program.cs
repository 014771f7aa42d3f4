using System.Globalization;
using DeepBelief.Cli;

// Numbers are read and written the same everywhere.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var interruption = new Interruption(Console.Error);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, cancellationToken: interruption.Token);
