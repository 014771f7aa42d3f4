using DeepBelief.Persistence;

namespace DeepBelief.Benchmarks.Files;

/// <summary>What is measured, each in a process of its own after a rehearsal with a small state.</summary>
internal static class FileOperations
{
    /// <summary>The same in Python: the arguments are the operation, a path and the number of tensors.</summary>
    public const string Python =
        """
        import gc, sys, time, torch

        def memory(name):
            with open('/proc/self/status') as status:
                return next(int(line.split()[1]) for line in status if line.startswith(name + ':'))

        def run(operation, path, count):
            if operation == 'torch.save':
                torch.manual_seed(1)
                state = {f'{i}.weight': torch.rand(1024, 1024) for i in range(count)}
                action = lambda: torch.save(state, path)
            elif operation == 'torch.load (weights_only)':
                action = lambda: torch.load(path, weights_only=True)
            else:
                action = lambda: torch.load(path)
            gc.collect()
            before = memory('VmRSS')
            with open('/proc/self/clear_refs', 'w') as peak:
                peak.write('5')
            start = time.perf_counter()
            result = action()
            took = time.perf_counter() - start
            return took * 1000, (memory('VmHWM') - before) / 1024

        operation, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        torch.save({'0.weight': torch.rand(8, 8)}, path + '.small')
        run(operation, path + '.small', 1)
        print(*run(operation, path, count))
        """;

    public static IReadOnlyList<string> Names { get; } =
        ["PtFile.Save", "PtFile.Save (stream)", "PtFile.Load", "SafetensorsFile.Save", "SafetensorsFile.Save (stream)", "SafetensorsFile.Load"];

    public static IReadOnlyList<string> PythonNames { get; } = ["torch.save", "torch.load", "torch.load (weights_only)"];

    /// <summary>Runs one operation on a state of as many tensors of 4 MiB as asked for.</summary>
    public static Measurement Run(string operation, string path, int count)
    {
        var small = path + ".small";
        using (var state = new State(1))
        {
            PtFile.Save(small, state.Tensors);
            if (operation == "SafetensorsFile.Load")
                SafetensorsFile.Save(small, state.Tensors);
            _ = Measurement.Of(() => Do(operation, small, state));
        }

        using var large = new State(operation.Contains("Save", StringComparison.Ordinal) ? count : 0);
        return Measurement.Of(() => Do(operation, path, large));
    }

    private static void Do(string operation, string path, State state)
    {
        switch (operation)
        {
            case "PtFile.Save":
                PtFile.Save(path, state.Tensors);
                break;
            case "PtFile.Save (stream)":
                using (var stream = File.Create(path))
                    PtFile.Save(stream, state.Tensors);
                break;
            case "PtFile.Load":
                _ = PtFile.Load(path);
                break;
            case "SafetensorsFile.Save":
                SafetensorsFile.Save(path, state.Tensors);
                break;
            case "SafetensorsFile.Save (stream)":
                using (var stream = File.Create(path))
                    SafetensorsFile.Save(stream, state.Tensors);
                break;
            case "SafetensorsFile.Load":
                _ = SafetensorsFile.Load(path);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "Expected an operation by name.");
        }
    }

    private sealed class State : IDisposable
    {
        public State(int count)
        {
            for (var i = 0; i < count; i++)
                Tensors.Add($"{i}.weight", torch.rand(1024, 1024));
        }

        public Dictionary<string, Tensor> Tensors { get; } = [];

        public void Dispose()
        {
            foreach (var tensor in Tensors.Values)
                tensor.Dispose();
        }
    }
}
