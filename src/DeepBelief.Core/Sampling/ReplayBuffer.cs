using DeepBelief.Tensors;

namespace DeepBelief.Sampling;

/// <summary>
/// Persistent chains in a buffer. Each update runs a random subset: most continue, some restart, and all return to the
/// buffer (Du and Mordatch 2019, "Implicit generation and modeling with energy-based models", section 3.2).
/// </summary>
/// <remarks>
/// For models whose chains mix slowly: many chains cover more modes than a few, and restarts find new ones. With restart
/// probability 0 and as many chains as the buffer holds, it is <see cref="PersistentContrastiveDivergence"/> on visible states.
/// </remarks>
public sealed record ReplayBuffer : NegativePhase
{
    /// <summary>Creates a negative phase.</summary>
    /// <param name="steps">Steps of each chain per update, 1 or more. Default: 1.</param>
    /// <param name="chains">Chains per update, 1 or more. Default: 100.</param>
    /// <param name="capacity">Chains in the buffer, <paramref name="chains"/> or more. Default: 10,000.</param>
    /// <param name="restartProbability">Probability that a chain restarts in an update, 0 to 1. Default: 0.05.</param>
    /// <param name="start">Where chains start and restart. Default: at uniform noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public ReplayBuffer(
        int steps = 1,
        int chains = 100,
        int capacity = 10_000,
        double restartProbability = 0.05,
        ReplayStart start = ReplayStart.Uniform)
        : base(steps)
    {
        Guard.Size(chains);
        Guard.Option(capacity >= chains, nameof(capacity), capacity, $"{chains} or more, as many as there are chains");
        Guard.Option(restartProbability is >= 0 and <= 1, nameof(restartProbability), restartProbability, "0 to 1");
        Guard.Option(Enum.IsDefined(start), nameof(start), start, $"a value of {nameof(ReplayStart)}");
        Chains = chains;
        Capacity = capacity;
        RestartProbability = restartProbability;
        Start = start;
    }

    /// <summary>Chains per update.</summary>
    public int Chains { get; }

    /// <summary>Chains in the buffer.</summary>
    public int Capacity { get; }

    /// <summary>Probability that a chain restarts in an update.</summary>
    public double RestartProbability { get; }

    /// <summary>Where chains start and restart.</summary>
    public ReplayStart Start { get; }

    /// <inheritdoc/>
    public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return new Sampler(model, this, data, generator);
    }

    private sealed class Sampler : NegativeSampler
    {
        private readonly IEnergyModel model;
        private readonly ReplayBuffer settings;
        private readonly Tensor data; // the run's, in whose checkpoints they are
        private readonly Generator? generator;
        private readonly Tensor buffer;
        private readonly (Tensor Low, Tensor Scale) noise;

        public Sampler(IEnergyModel model, ReplayBuffer settings, Tensor data, Generator? generator)
        {
            this.model = model;
            this.settings = settings;
            this.data = data;
            this.generator = generator;
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            noise = settings.Start switch
            {
                ReplayStart.Uniform => (data.amin(0), data.amax(0) - data.amin(0)),
                _ => (data.mean(new long[] { 0 }), data.std(0, unbiased: false)),
            };
            buffer = Begin(settings.Capacity).DetachFromDisposeScope();
            State = new Dictionary<string, Tensor>
            {
                ["buffer"] = buffer,
                ["noise_low"] = noise.Low.DetachFromDisposeScope(),
                ["noise_scale"] = noise.Scale.DetachFromDisposeScope(),
            };
        }

        public override IReadOnlyDictionary<string, Tensor> State { get; }

        public override Tensor Sample(Tensor batch)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var places = torch.randperm(settings.Capacity, ScalarType.Int64, buffer.device, generator: generator).narrow(0, 0, settings.Chains);
            var states = buffer.index_select(0, places);
            if (settings.RestartProbability > 0)
            {
                var restart = torch.rand([settings.Chains, 1], ScalarType.Float32, buffer.device, generator: generator).IsBelow(settings.RestartProbability);
                states = torch.where(restart, Begin(settings.Chains), states);
            }

            var next = MarkovChain.Run(model, states, settings.Steps, generator);
            _ = buffer.index_copy_(0, places, next);
            return next.MoveToOuterDisposeScope();
        }

        private Tensor Begin(long count)
        {
            if (settings.Start == ReplayStart.Data)
                return data.index_select(0, torch.randint(0L, data.shape[0], new[] { count }, ScalarType.Int64, data.device, generator: generator));
            var states = torch.empty(count, data.shape[1], data.dtype, data.device);
            _ = settings.Start == ReplayStart.Uniform ? states.uniform_(0, 1, generator) : states.normal_(0, 1, generator);
            return states.mul_(noise.Scale).Add(noise.Low);
        }
    }
}
