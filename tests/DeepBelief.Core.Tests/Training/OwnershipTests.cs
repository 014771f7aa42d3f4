using System.Collections.Concurrent;
using DeepBelief.Data;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Training;

/// <summary>A run disposes what is its own, and nothing of what the code makes that it calls.</summary>
public sealed class OwnershipTests
{
    private const int Epochs = 50;

    [Fact]
    public void A_source_may_keep_a_tensor_and_return_slices()
    {
        var cache = (Tensor?)null;
        Fit(new Given(4, (_, batch) => (cache ??= Data()).narrow(0, 10L * (batch - 1), 10)));
        cache!.IsInvalid.Should().BeFalse();
        cache.Dispose();
    }

    [Fact]
    public void A_source_may_keep_a_tensor_and_return_its_alias()
    {
        var cache = new Tensor?[4];
        Fit(new Given(4, (_, batch) => (cache[batch - 1] ??= Data(batch)).alias()));
        Free(cache);
    }

    [Fact]
    public void A_source_may_keep_its_batches()
    {
        var cache = new Tensor?[4];
        Fit(new Given(4, (_, batch) => cache[batch - 1] ??= Data(batch)));
        Free(cache);
    }

    [Fact]
    public void Batches_that_were_made_before_the_run_stay()
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] batches = [Data(1), Data(2)];
        Fit(new Given(2, (_, batch) => batches[batch - 1]), kept: 0);
        batches.Should().OnlyContain(batch => !batch.IsInvalid);
    }

    [Fact]
    public void Batches_that_are_handed_over_are_disposed()
    {
        var made = new List<Tensor>();
        Fit(new Given(4, (_, batch) =>
        {
            made.Add(Data(batch));
            return made[^1];
        }));
        made.Should().HaveCountGreaterThan(4 * Epochs).And.OnlyContain(batch => batch.IsInvalid);
    }

    [Fact]
    public void A_source_may_read_ahead_on_another_thread()
    {
        var made = new ConcurrentQueue<Tensor>();
        using var source = new ReadAhead(4, batch =>
        {
            var rows = Data(batch);
            made.Enqueue(rows);
            return rows;
        });
        Fit(source, counts: false);
        source.Dispose();
        made.Should().HaveCountGreaterThan(4 * Epochs).And.OnlyContain(batch => batch.IsInvalid);
    }

    [Fact]
    public void What_a_source_leaves_about_is_collected()
    {
        var left = new List<WeakReference>();
        using var rbm = Rbm.Bernoulli(6, 3);
        rbm.Fit(new Given(10, (_, batch) =>
        {
            for (var i = 0; i < 10; i++)
                left.Add(new WeakReference(torch.zeros(1 << 18)));
            return Data(batch);
        }), new() { Epochs = Epochs });
        // Five gigabytes, of which the collector sees only a few hundred kilobytes of its own.
        left.Should().HaveCountGreaterThan(5000);
        left.Count(tensor => tensor.IsAlive).Should().BeLessThan(2500);
    }

    [Fact]
    public void A_disposed_batch_is_refused_with_the_cure()
    {
        using var rbm = Rbm.Bernoulli(6, 3);
        using var one = Data(1);
        using var other = Data(2);
        // It keeps its batches, but hides it by two tensors that take turns.
        var turn = 0;
        var fit = () => rbm.Fit(new Given(1, (_, _) => turn++ % 2 == 0 ? one : other));
        fit.Should().Throw<ArgumentException>().WithMessage("Expected a tensor that is alive*alias()*batch 1 of epoch*");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_network_s_source_may_keep_a_tensor_too(bool slices)
    {
        var cache = new Tensor?[4];
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        dbn.Fit(new Given(4, (_, batch) => slices ? (cache[0] ??= Data()).narrow(0, 10L * (batch - 1), 10) : cache[batch - 1] ??= Data(batch)), new() { Epochs = Epochs });
        Free(slices ? cache[..1] : cache);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void A_run_that_the_code_it_calls_ends_before_it_begins_leaves_no_tensor_behind()
    {
        using var data = Data();
        using var labels = torch.zeros(40, ScalarType.Int64);
        using var rbm = Rbm.Bernoulli(6, 3);
        using var machine = ClassificationRbm.Bernoulli(6, 3, 2);
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        using var untied = dbn.Untie();
        using var own = new Rbm(new CountedUnits(6) { OnCount = () => throw new Interruption.Killed() }, new BernoulliUnits(3));
        Ends(() => own.Fit(data));
        Ends(() => untied.Fit(data, options: new() { Optimizer = new SgdSettings { Momentum = new Broken() } }));
        var phase = new Refusing();
        Ends(() => rbm.Fit(data, new() { NegativePhase = phase }, data));
        Ends(() => rbm.Fit(data, new() { NegativePhase = phase, MissingValues = MissingValues.Draw }));
        Ends(() => machine.Fit(data, labels, new() { NegativePhase = phase }, (data, labels)));
        Ends(() => untied.Fit(data, options: new() { NegativePhase = phase }, validation: (data, null)));

        static void Ends(Action fit)
        {
            // The first time, threads make what they keep.
            fit.Should().Throw<Interruption.Killed>();
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            fit.Should().Throw<Interruption.Killed>();
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        }
    }

    [Fact]
    public void Tensors_that_are_made_while_progress_is_told_live_on()
    {
        using var data = Data();
        using var rbm = Rbm.Bernoulli(6, 3);
        var weights = new List<Tensor>();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
            rbm.Fit(data, new() { Epochs = Epochs }, progress: Told.AfterEpochs(_ => weights.Add(Copy())));
        weights.Should().HaveCount(Epochs).And.OnlyContain(weight => !weight.IsInvalid);
        using (torch.NewDisposeScope())
        {
            Near.SameBits(weights[^1], rbm.Weight.detach()).Should().BeTrue();
            Near.SameBits(weights[0], weights[^1]).Should().BeFalse();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before + Epochs);
        weights.ForEach(weight => weight.Dispose());

        Tensor Copy()
        {
            using var weight = rbm.Weight.detach();
            return weight.clone();
        }
    }

    [Fact]
    public void So_do_those_that_are_made_while_annealing_tells_progress()
    {
        using var rbm = Rbm.Bernoulli(6, 3);
        var kept = new List<Tensor>();
        _ = AnnealedImportanceSampling.Forward(rbm, options: new() { Chains = 4 }, progress: new ToldOf<AnnealingProgress>(() => kept.Add(torch.zeros(1))));
        kept.Should().NotBeEmpty().And.OnlyContain(tensor => !tensor.IsInvalid);
        kept.ForEach(tensor => tensor.Dispose());
    }

    private static void Fit(IBatchSource source, int? kept = null, bool counts = true)
    {
        using var rbm = Rbm.Bernoulli(6, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var lives = new List<long>();
        rbm.Fit(source, new() { Epochs = Epochs }, progress: Told.AfterEpochs(_ => lives.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount)));
        lives.Should().HaveCount(Epochs);
        if (!counts)
            return;
        // The last one keeps its parameters beside their mean until the run ends.
        lives[1..^1].Distinct().Should().HaveCount(1, "no epoch leaves a tensor behind");
        (DisposeScopeManager.Statistics.ThreadTotalLiveCount - before).Should().BeInRange(0, kept ?? 4, "only what the source keeps is left");
    }

    private static void Free(Tensor?[] cache)
    {
        foreach (var tensor in cache)
        {
            tensor!.IsInvalid.Should().BeFalse();
            tensor.Dispose();
        }
    }

    private static Tensor Data(int? batch = null)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 40, 6).to(ScalarType.Float32);
        return (batch is { } b ? rows.narrow(0, 10 * ((b - 1) % 4), 10).clone() : rows).DetachFromDisposeScope();
    }

    /// <summary>Makes the next batch on another thread while one is in use.</summary>
    private sealed class ReadAhead(int batches, Func<int, Tensor> make) : IBatchSource, IDisposable
    {
        private (int Batch, Task<Tensor> Rows)? next;

        public int Batches => batches;

        public Tensor Read(int epoch, int batch)
        {
            if (next is { } ahead && ahead.Batch != batch)
                ahead.Rows.Result.Dispose();
            var rows = next is { } wanted && wanted.Batch == batch ? wanted.Rows.Result : make(batch);
            var following = (batch % batches) + 1;
            next = (following, Task.Run(() => make(following)));
            return rows;
        }

        public void Dispose() => next?.Rows.Result.Dispose();
    }

    private sealed record Broken : Schedule
    {
        public override double At(int epoch, int epochs) => throw new Interruption.Killed();
    }

    private sealed record Refusing() : NegativePhase(1)
    {
        public override NegativeSampler CreateSampler(IEnergyModel model, Tensor data, Generator? generator) => throw new Interruption.Killed();
    }

    private sealed class ToldOf<T>(Action action) : IProgress<T>
    {
        public void Report(T value) => action();
    }
}
