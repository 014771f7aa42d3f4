using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp.Modules;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Gradients of given states, and the steps that optimizers take along given gradients.</summary>
internal static class GradientChecks
{
    private const string Compared = "with the CPU in float64, part of the largest value";
    private const long Rows = 50;

    /// <summary>The optimizers of the library; a test compares.</summary>
    public static IReadOnlyList<(string Name, OptimizerSettings Settings)> Optimizers { get; } =
    [
        ("SGD", new SgdSettings { Momentum = 0.9, WeightDecay = 1e-3 }),
        ("Adam", new AdamSettings { WeightDecay = 1e-3 }),
        ("RMSProp of torch.optim", new TorchOptimizerSettings(parameters => torch.optim.RMSProp(parameters))),
    ];

    public static IEnumerable<DeviceCheck> All()
    {
        foreach (var kind in UnitKind.All)
        {
            yield return Functions(kind);
            yield return Gradient($"{kind.Name}: gradient, visible", () => new Rbm(kind.Create(), new BernoulliUnits(4)), ScalarType.Float32, 1e-4);
            yield return Gradient($"{kind.Name}: gradient, hidden", () => new Rbm(new BernoulliUnits(5), kind.Create()), ScalarType.Float32, 1e-4);
            yield return Gradient($"{kind.Name}: gradient in float64", () => new Rbm(kind.Create(), kind.Create()), ScalarType.Float64, 1e-10);
        }

        yield return new("neural energy: gradient", Compared, 1e-4, device =>
        {
            var (reference, twin) = Twins.Make(ModelCase.NewNeural, device);
            using (reference)
            using (twin)
                return Gradients(reference, twin, Twins.Rows(torch.randn(Rows, 2), device), Twins.Rows(torch.randn(Rows, 2), device));
        });
        foreach (var (name, settings) in Optimizers)
            yield return Steps(name, settings);
    }

    private static DeviceCheck Functions(UnitKind kind)
        => new($"{kind.Name}: energies and means", Compared, 1e-5, device =>
        {
            var (reference, twin) = Twins.Make(() => new Rbm(kind.Create(), kind.Create()), device);
            using (reference)
            using (twin)
            using (torch.no_grad())
            {
                var (rows, onDevice) = Twins.Rows(States(reference), device);
                return Comparison.Relative(Of(twin, onDevice), Of(reference, rows));
            }

            static Tensor[] Of(Rbm rbm, Tensor rows)
                => [rbm.FreeEnergy(rows), rbm.HiddenMean(rows), rbm.Hidden.Variance(rows), rbm.Reconstruct(rows), rbm.Energy(rows, rows)];
        });

    private static DeviceCheck Gradient(string name, Func<Rbm> create, ScalarType dtype, double tolerance)
        => new(name, Compared, tolerance, device =>
        {
            var (reference, twin) = Twins.Make(create, device, dtype: dtype);
            using (reference)
            using (twin)
            {
                var (data, chain) = (Twins.Rows(States(reference), device, dtype), Twins.Rows(States(reference), device, dtype));
                return Gradients(reference, twin, data, chain);
            }
        });

    private static double Gradients(
        IEnergyModel reference, IEnergyModel twin, (Tensor Reference, Tensor OnDevice) data, (Tensor Reference, Tensor OnDevice) chain)
    {
        foreach (var parameter in reference.parameters().Concat(twin.parameters()))
            parameter.grad = torch.zeros_like(parameter);
        reference.AccumulateGradient(data.Reference, chain.Reference);
        twin.AccumulateGradient(data.OnDevice, chain.OnDevice);
        return Comparison.Relative(twin.parameters().Select(p => p.grad!), reference.parameters().Select(p => p.grad!));
    }

    private static DeviceCheck Steps(string name, OptimizerSettings settings)
        => new($"{name}: 20 steps", Compared, 1e-5, device =>
        {
            var (reference, twin) = Twins.Make(() => Rbm.Bernoulli(40, 30), device);
            using (reference)
            using (twin)
            {
                Parameter[] expected = [.. reference.parameters()];
                Parameter[] found = [.. twin.parameters()];
                using var optimizers = new Pair(settings.Create(expected), settings.Create(found));
                for (var step = 0; step < 20; step++)
                {
                    foreach (var (a, b) in expected.Zip(found))
                        (a.grad, b.grad) = Twins.Rows(torch.randn(a.shape), device);
                    optimizers.Step();
                }

                return Comparison.Relative(found, expected);
            }
        });

    // States that the model's visible units can have.
    private static Tensor States(Rbm rbm)
    {
        using var noGrad = torch.no_grad();
        return rbm.Visible.Sample(torch.randn(Rows, rbm.VisibleSize, ScalarType.Float64));
    }

    private sealed class Pair : IDisposable
    {
        private readonly GradientOptimizer[] optimizers;

        public Pair(params GradientOptimizer[] optimizers)
        {
            this.optimizers = optimizers;
            foreach (var optimizer in optimizers)
            {
                optimizer.LearningRate = 0.01;
                optimizer.BeginEpoch(1, 1);
            }
        }

        public void Step()
        {
            foreach (var optimizer in optimizers)
                optimizer.Step();
        }

        public void Dispose()
        {
            foreach (var optimizer in optimizers)
                optimizer.Dispose();
        }
    }
}
