using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Sampling;

public sealed class ReplayBufferTests
{
    [Fact]
    public void Chains_go_on_from_where_they_were_put_back()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingUp();
        using var generator = new Generator(1);
        using var sampler = new ReplayBuffer(steps: 3, chains: 4, capacity: 10, restartProbability: 0, ReplayStart.Data)
            .CreateSampler(model, torch.zeros(5, 1), generator);

        var steps = 0.0;
        for (var update = 0; update < 50; update++)
        {
            var before = Enumeration.Read(sampler.State["buffer"]);
            var rows = Enumeration.Read(sampler.Sample(torch.zeros(2, 1)));
            var after = Enumeration.Read(sampler.State["buffer"]);
            steps += 4 * 3;
            rows.Should().HaveCount(4).And.OnlyContain(value => value >= 3);
            // Four places of the ten have gone three steps, and hold what was drawn.
            var moved = before.Zip(after).Where(pair => pair.First != pair.Second).ToArray();
            moved.Should().HaveCount(4).And.OnlyContain(pair => pair.Second == pair.First + 3);
            moved.Select(pair => pair.Second).Should().BeEquivalentTo(rows);
            after.Sum().Should().Be(steps);
        }

        Enumeration.Read(sampler.State["buffer"]).Should().OnlyContain(value => value > 0, "all chains have their turn");
    }

    [Fact]
    public void Chains_begin_anew_as_often_as_they_should()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new CountingUp();
        using var generator = new Generator(2);
        using var sampler = new ReplayBuffer(steps: 1, chains: 5000, capacity: 5000, restartProbability: 0.1, ReplayStart.Data)
            .CreateSampler(model, torch.zeros(5, 1), generator);
        for (var update = 0; update < 8; update++)
            sampler.Sample(torch.zeros(2, 1)).Dispose();

        // After its last new beginning a chain has gone n steps with the probability 0.1 · 0.9^(n-1).
        var steps = Enumeration.Read(sampler.State["buffer"]);
        for (var n = 1; n < 8; n++)
        {
            var expected = 0.1 * Math.Pow(0.9, n - 1);
            (steps.Count(s => s == n) / 5000.0).Should().BeApproximately(expected, 5 * Math.Sqrt(expected * (1 - expected) / 5000));
        }
    }

    [Fact]
    public void Chains_begin_at_noise_of_the_datas_kind_or_at_data()
    {
        using var scope = torch.NewDisposeScope();
        var data = torch.tensor(new[,] { { -1f, 10 }, { 3, 11 }, { 3, 12 }, { 3, 11 } });

        var uniform = Begin(ReplayStart.Uniform);
        uniform.amin(0).ShouldBeNear([-1.0, 10], 0.01);
        uniform.amax(0).ShouldBeNear([3.0, 12], 0.01);
        uniform.mean(new long[] { 0 }).ShouldBeNear([1.0, 11], 0.06);
        var normal = Begin(ReplayStart.Normal);
        normal.mean(new long[] { 0 }).ShouldBeNear([2.0, 11], 0.1);
        normal.std(0).ShouldBeNear([Math.Sqrt(3), Math.Sqrt(0.5)], 0.06);
        var rows = Enumeration.Matrix(Begin(ReplayStart.Data)).GroupBy(row => (row[0], row[1])).ToDictionary(g => g.Key, g => g.Count() / 5000.0);
        rows.Should().HaveCount(3);
        rows[(3, 11)].Should().BeApproximately(0.5, 0.04);

        Tensor Begin(ReplayStart start)
        {
            using var model = new CountingUp();
            using var generator = new Generator(3);
            using var sampler = new ReplayBuffer(chains: 1, capacity: 5000, start: start).CreateSampler(model, data, generator);
            return sampler.State["buffer"].clone();
        }
    }

    [Fact]
    public void It_trains_any_model()
    {
        using var scope = torch.NewDisposeScope();
        using var data = Make.Bits(4, 500, 4, 0.2).to(ScalarType.Float32);
        using var rbm = Rbm.Bernoulli(4, 2);
        _ = rbm.Fit(data, new()
        {
            Epochs = 40,
            InitializeFromData = false,
            NegativePhase = new ReplayBuffer(chains: 50, capacity: 500),
        });

        // Independent bits: the model's means are those of the data.
        var states = Enumeration.States(4).to(ScalarType.Float32);
        var means = rbm.FreeEnergy(states).detach().neg().softmax(0).unsqueeze(0).mm(states).squeeze(0);
        means.ShouldBeNear(data.mean(new long[] { 0 }), 0.04);
    }

    [Fact]
    public void Settings_are_values_and_out_of_range_ones_are_refused()
    {
        new ReplayBuffer(2, 3, 4).Should().Be(new ReplayBuffer(2, 3, 4)).And.NotBe(new ReplayBuffer(2, 3, 5));
        Refused(() => new ReplayBuffer(steps: 0), "steps");
        Refused(() => new ReplayBuffer(chains: 0), "chains");
        Refused(() => new ReplayBuffer(chains: 20, capacity: 19), "capacity");
        Refused(() => new ReplayBuffer(restartProbability: 1.1), "restartProbability");
        Refused(() => new ReplayBuffer(restartProbability: double.NaN), "restartProbability");
        Refused(() => new ReplayBuffer(start: (ReplayStart)9), "start");

        static void Refused(Func<ReplayBuffer> make, string name)
            => make.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name);
    }

    /// <summary>A chain that shows how many steps it went.</summary>
    private sealed class CountingUp : torch.nn.Module, IEnergyModel
    {
        private readonly Parameter unused = new(torch.zeros(1));

        public CountingUp()
            : base(nameof(CountingUp)) => RegisterComponents();

        public long VisibleSize => 1;

        public Tensor FreeEnergy(Tensor visible) => (visible * unused).sum(1);

        public Tensor Transition(Tensor visible, Generator? generator = null) => visible + 1;
    }
}
