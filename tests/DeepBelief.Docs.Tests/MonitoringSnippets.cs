#region usings
using System.Diagnostics.Metrics;
using DeepBelief;
using DeepBelief.Training;
using Microsoft.Extensions.Logging;
#endregion
using DeepBelief.Data;

namespace Snippets;

/// <summary>docs/monitoring.md.</summary>
public sealed class MonitoringSnippets : Support.SnippetTests
{
    [Fact]
    public void TensorBoard_gets_metrics_histograms_and_pictures()
    {
        var (images, _) = Support.Toy.Images(200, seed: 1);

        #region tensorboard
        using var rbm = Rbm.Bernoulli(784, hidden: 64);
        using var some = images.narrow(0, 0, 100).clone();
        using var board = new TensorBoardWriter("runs/rbm");
        var progress = new TensorBoardProgress(board)
        {
            EpochEnded = p =>
            {
                using var hidden = rbm.Transform(some);
                using var samples = rbm.Sample(count: 16, steps: 100, start: some.narrow(0, 0, 16));
                board.AddParameters(rbm, p.Epoch);
                board.AddHistogram("hidden", hidden, p.Epoch);
                board.AddImages("filters", rbm.Weight, height: 28, width: 28, p.Epoch);
                board.AddImages("samples", samples, height: 28, width: 28, p.Epoch, range: (0, 1));
            },
        };
        var history = rbm.Fit(images, new() { Epochs = 3 }, progress: progress);
        #endregion

        var path = Directory.GetFiles("runs/rbm").Single();
        path.Should().Be(board.Path);
        board.Dispose();
        history.Epochs.Should().HaveCount(3);
        // Tags are in the file as they are.
        var content = File.ReadAllText(path, System.Text.Encoding.Latin1);
        foreach (var tag in new[] { "reconstruction_error", "pseudo_log_likelihood", "parameters/weight", "hidden", "filters", "samples" })
            content.Split(tag).Should().HaveCountGreaterThan(3, tag);
    }

    [Fact]
    public void Instruments_of_a_meter_get_the_metrics()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(10, 5);
        var recorded = new List<(string Instrument, double Value, string? Metric)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, its) => its.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _)
            => recorded.Add((instrument.Name, value, tags.ToArray().SingleOrDefault(tag => tag.Key == "metric").Value as string)));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => recorded.Add((instrument.Name, value, null)));
        listener.Start();

        #region use-meter
        using var progress = new MeteredProgress();
        var history = rbm.Fit(images, new() { Epochs = 3 }, progress: progress);
        #endregion

        recorded.Count(entry => entry is { Instrument: "training.epochs", Value: 1 }).Should().Be(3);
        recorded.Where(entry => entry.Metric == "reconstruction_error").Select(entry => entry.Value)
            .Should().Equal(history.Epochs.Select(epoch => epoch.ReconstructionError));
    }

    [Fact]
    public void A_logger_gets_the_metrics()
    {
        using var images = TrialDataset.Create(seed: 1);
        using var rbm = Rbm.Bernoulli(10, 5);
        var logger = new Lines();
        TrainingHistory<EpochMetrics>? history = null;
        var printed = Printed(() => history = rbm.Fit(images, new() { Epochs = 3 }, progress: new LoggedProgress(logger)));
        printed.Should().Equal(string.Empty);
        logger.Logged.Where(line => line.Contains("reconstruction_error", StringComparison.Ordinal)).Should().Equal(
            history!.Epochs.Select(epoch => FormattableString.Invariant($"Information: layer 1, epoch {epoch.Epoch}: reconstruction_error {epoch.ReconstructionError}")));
    }

    private sealed class Lines : ILogger
    {
        public List<string> Logged { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Logged.Add($"{logLevel}: {formatter(state, exception)}");
    }
}

#region meter
internal sealed class MeteredProgress : IProgress<TrainingProgress>, IDisposable
{
    private readonly Meter meter = new("MyApplication.Training");
    private readonly Counter<int> epochs;
    private readonly Gauge<double> metrics;

    public MeteredProgress()
    {
        epochs = meter.CreateCounter<int>("training.epochs");
        metrics = meter.CreateGauge<double>("training.metrics");
    }

    public void Report(TrainingProgress value)
    {
        if (!value.EpochEnded)
            return;
        epochs.Add(1);
        foreach (var (name, number) in value.Metrics!.Numbers)
        {
            if (number is { } measured)
                metrics.Record(measured, new("metric", name), new("layer", value.Layer));
        }
    }

    public void Dispose() => meter.Dispose();
}
#endregion

#region logger
internal sealed partial class LoggedProgress(ILogger logger) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (!value.EpochEnded)
            return;
        foreach (var (name, number) in value.Metrics!.Numbers)
        {
            if (number is { } measured)
                Measured(value.Layer, value.Epoch, name, measured);
        }
    }

    [LoggerMessage(LogLevel.Information, "layer {Layer}, epoch {Epoch}: {Metric} {Value}")]
    private partial void Measured(int layer, int epoch, string metric, double value);
}
#endregion
