using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using DeepBelief.Benchmarks.Processes;

namespace DeepBelief.Benchmarks.Peers;

/// <summary>
/// CD-k for a Bernoulli RBM as a .NET programmer writes it in TorchSharp who has no library: torch's operators one after the
/// other, momentum and weight decay in place, a dispose scope for each batch. The counterpart of eager_cd.py, in a process of
/// this program, as <see cref="Worker"/> has it.
/// </summary>
internal static class EagerWorker
{
    private const string Name = "eager-worker";

    private const float LearningRate = 0.05f;
    private const float Momentum = 0.9f;
    private const float WeightDecay = 2e-4f;

    /// <summary>What a process of this program is started with; then comes the shape.</summary>
    public static IReadOnlyList<string> Arguments(params IReadOnlyList<string> shape) => [Name, .. shape];

    public static Command Create()
    {
        var visible = new Argument<int>("visible");
        var hidden = new Argument<int>("hidden");
        var batch = new Argument<int>("batch");
        var steps = new Argument<int>("steps");
        var rows = new Argument<int>("rows");
        var command = new Command(Name, "A process of the training command.") { visible, hidden, batch, steps, rows };
        command.Hidden = true;
        command.SetAction(parsed => Run(parsed.GetValue(visible), parsed.GetValue(hidden), parsed.GetValue(batch), parsed.GetValue(steps), parsed.GetValue(rows)));
        return command;
    }

    private static void Run(int visible, int hidden, int batch, int steps, int rows)
    {
        using var noGrad = torch.no_grad();
        using var data = torch.bernoulli(torch.full(rows, visible, 0.2f));
        using var machine = new EagerRbm(visible, hidden);
        Epoch();
        Say(new WorkerInfo(torch.__version__));
        while (Console.ReadLine() is not null)
        {
            var start = Stopwatch.GetTimestamp();
            Epoch();
            Say(new Repetition(rows / Stopwatch.GetElapsedTime(start).TotalSeconds));
        }

        void Epoch()
        {
            using var order = torch.randperm(rows);
            for (var first = 0; first < rows; first += batch)
            {
                using var scope = torch.NewDisposeScope();
                machine.Update(data[order[first..Math.Min(rows, first + batch)]], steps);
            }
        }
    }

    private static void Say<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Worker.Json));

    /// <summary>The machine, and its update; tensors of an update belong to the scope around the call.</summary>
    internal sealed class EagerRbm(int visible, int hidden) : IDisposable
    {
        private readonly Tensor weightStep = torch.zeros(hidden, visible);
        private readonly Tensor visibleStep = torch.zeros(visible);
        private readonly Tensor hiddenStep = torch.zeros(hidden);

        public Tensor Weight { get; } = torch.randn(hidden, visible).mul_(0.01f);

        public Tensor VisibleBias { get; } = torch.zeros(visible);

        public Tensor HiddenBias { get; } = torch.zeros(hidden);

        public void Update(Tensor v0, int steps)
        {
            var p0 = torch.sigmoid(v0.mm(Weight.t()) + HiddenBias);
            var (v, p) = (v0, p0);
            for (var step = 0; step < steps; step++)
            {
                var h = torch.bernoulli(p);
                v = torch.bernoulli(torch.sigmoid(h.mm(Weight) + VisibleBias));
                p = torch.sigmoid(v.mm(Weight.t()) + HiddenBias);
            }

            var n = v0.shape[0];
            var weightGradient = ((p0.t().mm(v0) - p.t().mm(v)) / n) - (WeightDecay * Weight);
            var visibleGradient = (v0 - v).mean([0]);
            var hiddenGradient = (p0 - p).mean([0]);

            weightStep.mul_(Momentum).add_(weightGradient, alpha: LearningRate);
            visibleStep.mul_(Momentum).add_(visibleGradient, alpha: LearningRate);
            hiddenStep.mul_(Momentum).add_(hiddenGradient, alpha: LearningRate);
            Weight.add_(weightStep);
            VisibleBias.add_(visibleStep);
            HiddenBias.add_(hiddenStep);
        }

        public void Dispose()
        {
            foreach (var tensor in (Tensor[])[Weight, VisibleBias, HiddenBias, weightStep, visibleStep, hiddenStep])
                tensor.Dispose();
        }
    }
}
