// Snippets write into the current directory and to the console, and draw from torch's default generator: all are the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
