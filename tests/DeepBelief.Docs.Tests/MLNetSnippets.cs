#region usings
using DeepBelief;
using Microsoft.ML;
using Microsoft.ML.Data;
#endregion

namespace Snippets;

/// <summary>docs/mlnet.md, and the readme of the package DeepBelief.ML.</summary>
public sealed class MLNetSnippets : Support.SnippetTests
{
    private static readonly string[] Kinds = ["ash", "birch", "cedar"];

    #region types
    public sealed class Leaf
    {
        [VectorType(16)]                                    // a size that is known
        public float[] Pixels { get; set; } = [];           // 0 to 1

        public string Kind { get; set; } = "";
    }

    public sealed class Guess
    {
        public float[] Score { get; set; } = [];            // a probability for each kind

        public string Named { get; set; } = "";
    }
    #endregion

    [Fact]
    public void Features_of_a_machine_serve_a_trainer_of_ML_NET()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(Leaves(400, seed: 1));
        var test = mlContext.Data.LoadFromEnumerable(Leaves(400, seed: 2));

        #region program
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(mlContext.Transforms.RbmFeatures(
                "Features", "Pixels", columns => Rbm.Bernoulli(columns, hidden: 20)))
            .AppendCacheCheckpoint(mlContext)                   // features are computed once
            .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        using var model = pipeline.Fit(data);
        mlContext.Model.Save(model, data.Schema, "model.zip");
        #endregion

        mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy.Should().BeGreaterThan(0.9);
        var loaded = new MLContext().Model.Load("model.zip", out _);
        loaded.Transform(test).GetColumn<float[]>("Features").SelectMany(row => row)
            .Should().Equal(model.Transform(test).GetColumn<float[]>("Features").SelectMany(row => row));
    }

    [Fact]
    public void A_machine_that_is_trained_is_used_as_it_is()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(Leaves(10, seed: 1));
        using (var machine = Rbm.Bernoulli(16, 8))
            machine.Save("rbm.pt");

        #region trained
        using var rbm = Rbm.Load("rbm.pt");
        var features = mlContext.Transforms.RbmFeatures("Features", "Pixels", rbm);
        #endregion

        features.Fit(data).Transform(data).GetColumn<float[]>("Features").Should().OnlyContain(row => row.Length == 8);
    }

    [Fact]
    public void A_classifier_is_pretrained_saved_and_asked()
    {
        var mlContext = new MLContext(seed: 1);
        var leaves = Leaves(400, seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(leaves);

        #region classifier
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(mlContext.MulticlassClassification.Trainers.Dbn(
                columns => Dbn.Bernoulli(columns, 32, 16),
                featureColumnName: "Pixels",
                pretraining: new() { Epochs = 20 },
                options: new() { Epochs = 10 }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel"));
        using var model = pipeline.Fit(data);
        mlContext.Model.Save(model, data.Schema, "leaves.zip");
        #endregion

        var leaf = leaves[4];

        #region engine
        var loaded = mlContext.Model.Load("leaves.zip", out _);
        using var engine = mlContext.Model.CreatePredictionEngine<Leaf, Guess>(loaded);
        var guess = engine.Predict(leaf);
        Console.WriteLine($"{guess.Named}, {guess.Score.Max():p0}");
        #endregion

        guess.Score.Sum().Should().BeApproximately(1, 1e-5f);
        var test = Leaves(400, seed: 2);
        test.Count(row => engine.Predict(row).Named == row.Kind).Should().BeGreaterThan(360);
    }

    [Fact]
    public void Rows_that_are_unlike_the_rest_score_high()
    {
        var mlContext = new MLContext(seed: 1);
        var normal = mlContext.Data.LoadFromEnumerable(Leaves(1000, seed: 1));
        var random = new Random(5);
        var strange = Leaves(200, seed: 3);
        foreach (var leaf in strange)
            random.Shuffle(leaf.Pixels);

        #region anomalies
        var trainer = mlContext.AnomalyDetection.Trainers.Rbm(
            columns => Rbm.Bernoulli(columns, hidden: 20),
            featureColumnName: "Pixels",
            options: new() { Epochs = 60 },
            outliers: 0.02);                                // one row in 50 is an alarm
        using var detector = trainer.Fit(normal);
        var alarms = detector.Transform(mlContext.Data.LoadFromEnumerable(strange))
            .GetColumn<bool>("PredictedLabel");
        #endregion

        alarms.Count(isAlarm => isAlarm).Should().BeGreaterThan(120);
        var unseen = detector.Transform(mlContext.Data.LoadFromEnumerable(Leaves(1000, seed: 4))).GetColumn<bool>("PredictedLabel");
        unseen.Count(isAlarm => isAlarm).Should().BeLessThan(60);
    }

    // Sixteen bits near one of three patterns, one in twenty of them flipped.
    private static Leaf[] Leaves(int count, int seed)
    {
        int[] patterns = [0xf0f0, 0x3c0f, 0xaa55];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Leaf
        {
            Kind = Kinds[i % 3],
            Pixels = [.. Enumerable.Range(0, 16).Select(bit => (float)((patterns[i % 3] >> bit & 1) ^ (random.NextDouble() < 0.05 ? 1 : 0)))],
        })];
    }
}
