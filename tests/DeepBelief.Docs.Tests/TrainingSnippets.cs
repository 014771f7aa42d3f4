#region usings
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Training;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/training.md.</summary>
public sealed class TrainingSnippets : Support.SnippetTests
{
    [Fact]
    public void A_run_is_watched_and_stops_early()
    {
        using var rows = TrialDataset.Create(seed: 1);
        var (train, validation) = (rows.narrow(0, 0, 1500), rows.narrow(0, 1500, 500));
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 50);
        var cancellationToken = CancellationToken.None;
        var reports = new List<TrainingProgress>();
        IProgress<TrainingProgress> progress = new Reports(reports);

        #region options
        var history = rbm.Fit(
            train,
            new()
            {
                Epochs = 100,
                BatchSize = 100,
                LearningRate = Schedule.Linear(0.05, 0.005),
                Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 1e-4 },
                NegativePhase = new PersistentContrastiveDivergence(steps: 5, chains: 100),
                Patience = 10,                              // epochs without a new best value
                Seed = 1,
            },
            validation,
            progress,                                       // IProgress<TrainingProgress>
            cancellationToken: cancellationToken);
        Console.WriteLine($"best epoch {history.BestEpoch}: {history.Best.ReconstructionError:f3}");
        #endregion

        history.Best.ReconstructionError.Should().Be(history.Epochs.Min(epoch => epoch.ReconstructionError));
        history.StoppedEarly.Should().Be(history.Epochs.Count < 100);
        history.Epochs[0].LearningRate.Should().Be(0.05);
        history.Last.FreeEnergyGap.Should().NotBeNull();
        reports.Select(report => report.Epoch).Distinct().Should().Equal(Enumerable.Range(1, history.Epochs.Count));
    }

    [Fact]
    public void Progress_tells_what_was_measured_and_a_cancelled_run_what_it_has_done()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 30);
        using var source = new CancellationTokenSource();
        var token = source.Token;
        var lines = Printed(() =>
        {
            // An application with a window has one, which Progress posts to.
            var before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(new AtOnce());
            #region progress
            var progress = new Progress<TrainingProgress>(p =>
            {
                if (p is { EpochEnded: true, Metrics: EpochMetrics metrics })   // or ClassifierMetrics
                    Console.WriteLine($"{p.Epoch} of {p.Epochs}: {metrics.ReconstructionError:f3}");
            });
            rbm.Fit(images, progress: progress);
            #endregion
            SynchronizationContext.SetSynchronizationContext(before);
            progress.ProgressChanged += (_, p) =>
            {
                if (p is { Epoch: 3, EpochEnded: true })
                    source.Cancel();
            };

            #region cancel
            try
            {
                rbm.Fit(images, new() { Epochs = 100 }, progress: progress, cancellationToken: token);
            }
            catch (TrainingCanceledException<EpochMetrics> e)
            {
                var done = e.History;
                Console.WriteLine($"{done.Epochs.Count} epochs, error {done.Last.ReconstructionError:f3}");
            }
            #endregion
        });

        lines.Take(13).Select(line => line.Split(':')[0]).Should().Equal([.. Enumerable.Range(1, 10).Select(i => $"{i} of 10"), "1 of 100", "2 of 100", "3 of 100"]);
        lines.Skip(13).Should().Equal($"3 epochs, error {lines[12].Split(' ')[^1]}");
    }

    [Fact]
    public void A_run_that_is_kept_is_that_of_one_call()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 30);

        #region trainer
        using var trainer = rbm.StartTraining(images, new() { Epochs = 30 });
        while (!trainer.IsFinished)
        {
            var history = trainer.Train(epochs: 10);
            Console.WriteLine($"after {trainer.Epoch}: {history.Last.ReconstructionError:f3}");
            rbm.Save($"rbm-{trainer.Epoch}.pt");
        }
        #endregion

        using var whole = Rbm.Bernoulli(visible: 10, hidden: 30);
        whole.Fit(images, new() { Epochs = 30 });
        using var saved = Rbm.Load("rbm-30.pt");
        saved.FreeEnergy(images).Equals(whole.FreeEnergy(images)).Should().BeTrue();
        (File.Exists("rbm-10.pt"), File.Exists("rbm-20.pt")).Should().Be((true, true));
    }

    [Fact]
    public void What_else_there_is_is_an_option_each()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 30);

        #region extras
        var history = rbm.Fit(images, new()
        {
            Epochs = 10,
            NegativePhase = new ParallelTempering(temperatures: 10, chains: 100),
            Centering = new() { SlidingFactor = 0.01 },
            Sparsity = new() { Target = 0.1, Cost = 0.1 },
            L1Penalty = 0.0001,
            MaxGradientNorm = 10,
        });
        foreach (var (name, value) in history.Last.Diagnostics)     // swap_acceptance/0, ...
            Console.WriteLine($"{name}: {value:f2}");
        #endregion

        history.Last.Diagnostics.Keys.Should().Equal(Enumerable.Range(0, 9).Select(rung => $"swap_acceptance/{rung}").Concat(["chain_correlation", "jump_acceptance"]));
        history.Last.Diagnostics.Values.Take(9).Should().AllSatisfy(rate => rate.Should().BeInRange(0.2, 1));
    }

    [Fact]
    public void A_cancelled_run_goes_on_from_its_checkpoint_to_the_same_parameters()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var whole = Dbn.Bernoulli(10, 8, 4);
        whole.Fit(images, new() { Epochs = 10 });
        using var dbn = Dbn.Bernoulli(10, 8, 4);
        using var killed = new CancellationTokenSource();
        DbnTrainingOptions options = new() { Epochs = 10, Checkpoint = new() { Path = "dbn.checkpoint", Interval = 5 } };
        var interrupted = () => dbn.Fit(images, options, progress: new At(layer: 2, epoch: 8, killed.Cancel), cancellationToken: killed.Token);
        interrupted.Should().Throw<OperationCanceledException>();

        #region checkpoint
        dbn.Fit(images, new()
        {
            Epochs = 10,
            Checkpoint = new() { Path = "dbn.checkpoint", Interval = 5 },
        });
        #endregion

        dbn.Transform(images).Equals(whole.Transform(images)).Should().BeTrue();
        var other = () => dbn.Fit(images, new() { Epochs = 10, BatchSize = 50, Checkpoint = new() { Path = "dbn.checkpoint", Interval = 5 } });
        other.Should().Throw<CheckpointMismatchException>().Which.Differences.Should().ContainSingle().Which.Should().Contain("50");
    }

    [Fact]
    public void Layers_have_options_of_their_own()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var dbn = Dbn.Bernoulli(10, 8, 4);

        #region layers
        var histories = dbn.Fit(images, new()
        {
            Inputs = LayerInputs.Means,                     // or Samples, or MeanOfSamples(5)
            Layers = [new() { Epochs = 20 }, new() { Epochs = 5, LearningRate = 0.02 }],
        });
        #endregion

        histories.Select(history => history.Epochs.Count).Should().Equal(20, 5);
        histories[1].Last.LearningRate.Should().Be(0.02);
    }

    [Fact]
    public void A_file_is_read_batch_by_batch()
    {
        File.WriteAllBytes("images.bin", [.. Enumerable.Range(0, 6 * 100 * 784).Select(i => (byte)(i / (100 * 784)))]);
        using var rbm = Rbm.Bernoulli(visible: 784, hidden: 10);
        var read = Enumerable.Range(1, 6).Select(batch => (int)Math.Round(255 * new ImageFile("images.bin", 6, 100).Read(2, batch)[0, 0].item<float>()));
        read.Should().BeEquivalentTo([0, 1, 2, 3, 4, 5]);

        #region fit-source
        var source = new ImageFile("images.bin", batches: 6, batchSize: 100);
        var history = rbm.Fit(source, new() { Epochs = 5 });
        #endregion

        history.Epochs.Should().HaveCount(5);
    }

    #region source
    private sealed class ImageFile(string path, int batches, int batchSize) : IBatchSource
    {
        public int Batches => batches;

        public Tensor Read(int epoch, int batch)
        {
            var bytes = new byte[batchSize * 784];
            var place = (batch + epoch) % batches;          // another order in every epoch
            using (var file = File.OpenRead(path))
            {
                file.Position = (long)place * bytes.Length;
                file.ReadExactly(bytes);
            }

            using var scope = NewDisposeScope();            // frees all but the result
            var rows = tensor(bytes).reshape(batchSize, 784).to(ScalarType.Float32) / 255;
            return rows.MoveToOuterDisposeScope();          // which the run disposes
        }
    }
    #endregion

    [Fact]
    public void Optimizers_of_torch_step_too()
    {
        using var data = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 30);

        #region torch-optimizer
        var history = rbm.Fit(data, new()
        {
            LearningRate = 0.01,                            // the run sets it, as its schedule says
            Optimizer = new TorchOptimizerSettings(parameters => optim.RMSProp(parameters)),
        });
        #endregion

        history.Last.ReconstructionError.Should().BeLessThan(history.Epochs[0].ReconstructionError);
    }

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => list.Add(value);
    }

    private sealed class AtOnce : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }

    private sealed class At(int layer, int epoch, Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Layer == layer && value.Epoch == epoch)
                action();
        }
    }
}
