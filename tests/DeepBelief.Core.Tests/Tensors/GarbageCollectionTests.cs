using DeepBelief.Tensors;
using System.Collections.Concurrent;
using System.Diagnostics;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Tensors;

/// <summary>Nothing that native code reads is freed by a garbage collection in between.</summary>
public sealed class GarbageCollectionTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Things to do again and again, each the same bytes every time.</summary>
    // Only the library's own calls are repeated: the tests' scalars are in nobody's hands.
    private static Dictionary<string, Func<Func<byte[]>>> Work { get; } = new()
    {
        ["units of all signs"] = () =>
        {
            var units = new ReluUnits(3);
            _ = units.to(ScalarType.Float64);
            var inputs = Support.Computations.Rows("gaussian", 2, 3, ScalarType.Float64);
            var generator = new Generator(1);
            return () =>
            {
                _ = generator.manual_seed(1);
                return Bytes(units.Sample(inputs, generator));
            };
        },
        ["counts"] = () =>
        {
            var units = new BinomialUnits(3, 4);
            _ = units.to(ScalarType.Float64);
            var rows = Support.Computations.Rows("binomial", 2, 3, ScalarType.Float64);
            return () => [.. Bytes(units.Energy(rows)), .. Bytes(units.CumulantGenerator(rows))];
        },
        ["Langevin"] = () =>
        {
            var langevin = new Langevin { StepSize = 0.1, Steps = 3, Lower = -2, Upper = 2 };
            var start = Support.Computations.Rows("gaussian", 2, 3, ScalarType.Float64);
            var clamped = torch.tensor(new[] { true, false, false }, ScalarType.Bool, torch.CPU).unsqueeze(0);
            var generator = new Generator(1);
            return () =>
            {
                _ = generator.manual_seed(1);
                return Bytes(langevin.Run(x => (x * x).sum(1), start, generator, clamped));
            };
        },
        ["steps"] = () =>
        {
            var start = Support.Computations.Rows("gaussian", 2, 3, ScalarType.Float64);
            var parameter = new Parameter(start.clone());
            var (adam, sgd) = (new AdamSettings { WeightDecay = 0.1 }, new SgdSettings { WeightDecay = 0.1 });
            return () =>
            {
                using var noGrad = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                _ = parameter.copy_(start);
                parameter.grad = start.clone();
                foreach (var settings in new OptimizerSettings[] { adam, sgd })
                {
                    using var optimizer = settings.Create([parameter]);
                    optimizer.LearningRate = 0.1;
                    optimizer.Step();
                    optimizer.Step();
                }

                return parameter.bytes.ToArray();
            };
        },
    };

    [Fact]
    [Trait("Category", "Slow")]
    public void Collections_on_other_threads_change_nothing()
    {
        Optimise();
        var failures = new ConcurrentBag<string>();
        var (runs, clock) = (0, Stopwatch.StartNew());
        var threads = Work.Select(work => new Thread(() =>
        {
            var (name, run) = (work.Key, work.Value());
            var expected = run();
            while (clock.Elapsed < Time)
            {
                try
                {
                    if (!run().AsSpan().SequenceEqual(expected))
                        failures.Add($"{name}: other numbers");
                }
                catch (Exception e)
                {
                    failures.Add($"{name}: {e.Message.Split('\n')[0]}");
                }

                _ = Interlocked.Increment(ref runs);
            }
        })).ToList();
        threads.Add(new Thread(() =>
        {
            while (clock.Elapsed < Time)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        runs.Should().BeGreaterThan(100);
        failures.Should().BeEmpty("none of {0} runs may notice", runs);
    }

    /// <summary>Has the compiler optimise what is repeated: before, a method keeps all that it was given up to its end.</summary>
    private static void Optimise()
    {
        for (var round = 0; round < 10; round++)
        {
            foreach (var run in Work.Values.Select(work => work()))
            {
                for (var i = 0; i < 40; i++)
                    _ = run();
            }

            // It goes by stages, each after a tenth of a second without anything new, and a few dozen calls.
            Thread.Sleep(250);
        }
    }

    [Theory]
    [MemberData(nameof(Computations))]
    public void No_tensor_is_left_to_the_finaliser(string computation)
    {
        // It comes when it likes, be it while native code reads what nobody else holds.
        using var generator = new Generator(1);
        _ = RandomKey.Draw(generator); // keeps a tensor for each thread
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = Support.Computations.Run(computation);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    public static TheoryData<string> Computations() => [.. Support.Computations.Names];

    private static byte[] Bytes(Tensor tensor)
    {
        using (tensor)
            return tensor.bytes.ToArray();
    }
}
