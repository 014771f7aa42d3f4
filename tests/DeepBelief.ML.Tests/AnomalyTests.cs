using DeepBelief.ML.Tests.Support;

namespace DeepBelief.ML.Tests;

public sealed class AnomalyTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly Digit[] digits = Digit.Rows(600, seed: 1);

    private IDataView Data => context.Data.LoadFromEnumerable(digits);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void The_score_is_the_free_energy_and_the_threshold_leaves_the_wanted_part_above(double outliers)
    {
        var pipeline = context.AnomalyDetection.Trainers.Rbm(columns => Rbm.Bernoulli(columns, 10), "Pixels", options: new() { Epochs = 10 }, outliers: outliers);
        using var fitted = pipeline.Fit(Data);
        var said = Said(fitted.Transform(Data));
        var rows = Digit.Tensor(digits);
        using var noGrad = torch.no_grad();
        var energies = fitted.Model.FreeEnergy(rows).data<float>().ToArray();
        said.Select(row => row.Score).Should().Equal(energies, (score, energy) => Math.Abs(score - energy) < 1e-4f);
        said.Zip(digits).Take(20).Select(pair => pair.First.Score).Should().Equal(
            Enumerable.Range(0, 20).Select(i => fitted.Model.FreeEnergy(rows.narrow(0, i, 1)).item<float>()));

        // Rows that are alike are above it together or not at all.
        var above = said.Where(row => row.PredictedLabel).Select(row => row.Score).ToList();
        var others = said.Where(row => !row.PredictedLabel).Select(row => row.Score).ToList();
        others.Max().Should().BeLessThan(above.DefaultIfEmpty(float.PositiveInfinity).Min());
        above.Count.Should().BeLessThanOrEqualTo((int)(outliers * 600));
        var ties = others.Count(score => Math.Abs(score - others.Max()) < 1e-4f);
        (above.Count + ties).Should().BeGreaterThanOrEqualTo((int)(outliers * 600));

        Said(fitted.Reloaded(Data).Transform(Data)).Select(row => (row.Score, row.PredictedLabel)).Should().Equal(said.Select(row => (row.Score, row.PredictedLabel)));
    }

    [Fact]
    public void Rows_of_other_patterns_score_higher()
    {
        var pipeline = context.AnomalyDetection.Trainers.Rbm(columns => Rbm.Bernoulli(columns, 20), "Pixels", options: new() { Epochs = 60 });
        using var fitted = pipeline.Fit(Data);
        // The bits of normal rows with each column shuffled by itself: no look at one column finds them.
        var random = new Random(7);
        var normal = Digit.Rows(300, seed: 2);
        var strange = Digit.Rows(300, seed: 3);
        for (var column = 0; column < Digit.Size; column++)
        {
            var bits = strange.Select(row => row.Pixels[column]).ToArray();
            random.Shuffle(bits);
            foreach (var (i, bit) in bits.Index())
                strange[i].Pixels[column] = bit;
        }

        var rows = normal.Select(row => (row.Pixels, IsStrange: false)).Concat(strange.Select(row => (row.Pixels, IsStrange: true)))
            .Select(row => new Labelled { Pixels = row.Pixels, Label = row.IsStrange ? 1 : 0 });
        var metrics = context.AnomalyDetection.Evaluate(fitted.Transform(context.Data.LoadFromEnumerable(rows)));
        metrics.AreaUnderRocCurve.Should().BeGreaterThan(0.85);
    }

    [Fact]
    public void A_prediction_engine_gives_score_and_label()
    {
        using var fitted = context.AnomalyDetection.Trainers.Rbm(columns => Rbm.Bernoulli(columns, 10), "Pixels", options: new() { Epochs = 10 }).Fit(Data);
        var said = Said(fitted.Transform(Data));
        using var engine = context.Model.CreatePredictionEngine<Digit, SaidScore>(fitted.Reloaded(Data));
        foreach (var (digit, row) in digits.Zip(said).Take(20))
        {
            var prediction = engine.Predict(digit);
            (prediction.Score, prediction.PredictedLabel).Should().Be((row.Score, row.PredictedLabel));
        }
    }

    private SaidScore[] Said(IDataView view) => [.. context.Data.CreateEnumerable<SaidScore>(view, reuseRowObject: false)];

    private sealed class Labelled
    {
        [VectorType(Digit.Size)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }
    }
}
