using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>Draws. Generators of a GPU and of the CPU differ, so moments are compared.</summary>
internal static class SamplerChecks
{
    // Five: once in 1.7 million draws of a normal number.
    private const double StandardErrors = 5;
    private const long Draws = 50_000;
    private const int Chains = 5_000;
    private const long Hidden = 4;

    /// <summary>The negative phases of the library, each with chains that run on; a test compares.</summary>
    public static IReadOnlyList<(string Name, NegativePhase Phase)> Phases(int steps, int chains) =>
    [
        ("contrastive divergence", new ContrastiveDivergence(steps)),
        ("persistent chains", new PersistentContrastiveDivergence(steps, chains)),
        ("persistent chains without jumps", new PersistentContrastiveDivergence(steps, chains) { Jumps = false, WarmUp = 0 }),
        ("parallel tempering", new ParallelTempering(3, chains, steps)),
        ("replay buffer", new ReplayBuffer(steps, chains, capacity: chains, restartProbability: 0, ReplayStart.Data)),
    ];

    public static IEnumerable<DeviceCheck> All()
    {
        foreach (var kind in UnitKind.All)
        {
            yield return Units(kind, "samples", (units, inputs) => units.Sample(inputs));
            yield return Units(kind, "samples in place", (units, inputs) =>
            {
                var states = torch.empty_like(inputs);
                units.Activate(inputs, null, states);
                return states;
            });
        }

        foreach (var (name, phase) in Phases(steps: 10, Chains))
        {
            yield return Phase($"{name}, bits", phase, () => new Rbm(new BernoulliUnits(UnitKind.Size), new BernoulliUnits(Hidden)));
            yield return Phase($"{name}, groups and reals", phase, () => new Rbm(new CompositeUnits(new GaussianUnits(3), new SoftmaxUnits(1, 3)), new BernoulliUnits(Hidden)));
        }

        yield return Model("Rbm.Sample", Bits, rbm => rbm.Sample(Chains, steps: 30));
        yield return Model("MarkovChain.RunClamped", Bits, rbm => MarkovChain.RunClamped(rbm, Like(rbm, Known), Like(rbm, Known).gt(0.5).narrow(0, 0, 1), steps: 30));
        yield return Model("MarkovChain.FillMissing", Bits, rbm => MarkovChain.FillMissing(rbm, Like(rbm, Gaps), steps: 30));
        yield return Model("Dbn.Sample", () => Dbn.Bernoulli(UnitKind.Size, 5, Hidden), dbn => dbn.Sample(Chains, steps: 30));
        yield return Model("Dbm.Sample", () => Dbm.Bernoulli(UnitKind.Size, 5, Hidden), dbm => dbm.Sample(Chains, steps: 30));
        yield return Model("ClassificationRbm.Sample", () => ClassificationRbm.Bernoulli(UnitKind.Size, Hidden, classes: 3), rbm => rbm.Sample(Chains, steps: 30));
        yield return Model("ClassificationRbm.Sample of classes", () => ClassificationRbm.Bernoulli(UnitKind.Size, Hidden, classes: 3), rbm => rbm.Sample(Labels(rbm, 3), steps: 30));
        yield return Model("ClassificationDbn.Sample", () => ClassificationDbn.Bernoulli([UnitKind.Size, 5, Hidden], classes: 3), dbn => dbn.Sample(Labels(dbn, 3), steps: 30));
        yield return Model("UntiedDbn.Sample", UntiedOfBits, dbn => dbn.Sample(Chains, steps: 30));
        yield return Model("Langevin dynamics", ModelCase.NewNeural, model => MarkovChain.Run(model, Like(model, torch.zeros(Chains, model.VisibleSize)), steps: 3));
        yield return new("annealed log Z", "from exact enumeration on the CPU, nats", 0.05, device =>
        {
            var (reference, twin) = Twins.Make(Bits, device);
            using (reference)
            using (twin)
            {
                var (_, rows) = Twins.Bits(200, UnitKind.Size, device);
                var estimate = AnnealedImportanceSampling.Forward(twin, rows, new() { Chains = 1000, Schedule = AnnealingSchedule.Uniform(200) });
                return Math.Abs(estimate.LogPartition - ExactEnumeration.LogPartition(reference));
            }
        });
    }

    private static DeviceCheck Units(UnitKind kind, string what, Func<UnitLayer, Tensor, Tensor> sample)
        => new($"{kind.Name}: {what}", $"means of {Draws:N0} draws with the formulas, standard errors", StandardErrors, device =>
        {
            var (reference, twin) = Twins.Make(kind.Create, device);
            using (reference)
            using (twin)
            using (torch.no_grad())
            using (var generator = new torch.Generator(3))
            {
                var (inputs, onDevice) = Twins.Rows(torch.randn([1, UnitKind.Size], generator: generator), device);
                return Comparison.Moments(sample(twin, onDevice.expand(Draws, UnitKind.Size).contiguous()), reference.Mean(inputs), reference.Variance(inputs));
            }
        });

    private static DeviceCheck Phase(string name, NegativePhase phase, Func<Rbm> create)
        => new($"{name}", $"{Chains:N0} chains from far away with exact samples on the CPU, standard errors", StandardErrors, device =>
        {
            var (reference, twin) = Twins.Make(create, device);
            using (reference)
            using (twin)
            using (torch.no_grad())
            {
                // Far from the model's: all of them alike.
                var (_, start) = Twins.Rows(reference.SampleVisible(torch.zeros(1, Hidden, ScalarType.Float64)), device);
                var rows = start.expand(Chains, UnitKind.Size).contiguous();
                using var generator = device.type == DeviceType.CPU ? new torch.Generator(4) : null;
                using var sampler = phase.CreateSampler(twin, rows, generator);
                var states = rows;
                for (var update = 0; update < 6; update++)
                    states = sampler.Sample(rows);
                return Comparison.Draws(states, ExactEnumeration.Sample(reference, 10 * Chains));
            }
        });

    private static DeviceCheck Model<T>(string name, Func<T> create, Func<T, Tensor> sample)
        where T : torch.nn.Module
        => new(name, $"{Chains:N0} rows with as many from the CPU, standard errors", StandardErrors, device =>
        {
            var (reference, twin) = Twins.Make(create, device);
            using (reference)
            using (twin)
                return Comparison.Draws(sample(twin), sample(reference));
        });

    private static Rbm Bits() => Rbm.Bernoulli(UnitKind.Size, Hidden);

    private static UntiedDbn UntiedOfBits()
    {
        using var dbn = Dbn.Bernoulli(UnitKind.Size, 5, Hidden);
        return dbn.Untie();
    }

    private static Tensor Known => torch.tensor([1f, 0, 0, 1, 0, 0]).expand(Chains, UnitKind.Size);

    private static Tensor Gaps => torch.tensor([1f, float.NaN, float.NaN, 0, float.NaN, float.NaN]).expand(Chains, UnitKind.Size);

    private static Tensor Labels(torch.nn.Module model, long classes)
        => torch.arange(Chains, ScalarType.Int64).remainder(classes).to(model.parameters().First().device);

    private static Tensor Like(torch.nn.Module model, Tensor rows)
    {
        var parameter = model.parameters().First();
        return rows.to(parameter.dtype, parameter.device).contiguous();
    }
}
