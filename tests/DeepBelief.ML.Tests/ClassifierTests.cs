using DeepBelief.ML.Tests.Support;
using Microsoft.ML.Transforms;

namespace DeepBelief.ML.Tests;

public sealed class ClassifierTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly Digit[] digits = Digit.Rows(300, seed: 1);
    private readonly DbnTrainingOptions pretraining = new() { Epochs = 10, Seed = 2 };
    private readonly ClassifierTrainingOptions options = new() { Epochs = 10, Seed = 4 };

    private IDataView Data => context.Data.LoadFromEnumerable(digits);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_pipeline_trains_and_scores_as_the_library_does()
    {
        using var model = Keys.Append(Trainer).Fit(Data);
        var labels = torch.tensor(Enumerable.Range(0, 300).Select(i => i % 3L).ToArray());
        using var dbn = Dbn.Bernoulli(Digit.Size, 16, 8);
        _ = dbn.Fit(Digit.Tensor(digits), pretraining);
        using var net = dbn.ToClassifier(3, seed: 2);
        _ = net.FitClassifier(Digit.Tensor(digits), labels, options);
        foreach (var (name, parameter) in net.named_parameters())
            model.LastTransformer.Model.get_parameter(name)!.Equals(parameter).Should().BeTrue();

        var scores = model.Transform(Data).Vectors("Score");
        var expected = net.PredictProbabilities(Digit.Tensor(digits)).Rows();
        for (var i = 0; i < 300; i++)
            scores[i].Should().Equal(expected[i], (score, probability) => Math.Abs(score - probability) < 1e-5f);
    }

    [Fact]
    public void The_predicted_label_is_a_key_with_the_labels_own_names()
    {
        var pipeline = Keys.Append(Trainer).Append(context.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel"));
        using var model = pipeline.Fit(Data);
        var test = Digit.Rows(600, seed: 9);
        var view = model.Transform(context.Data.LoadFromEnumerable(test));
        view.Schema["PredictedLabel"].Type.Should().Be(new KeyDataViewType(typeof(uint), 3));
        view.Schema["Score"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 3));
        context.MulticlassClassification.Evaluate(view).MicroAccuracy.Should().BeGreaterThan(0.9);

        // Keys are in the order in which values first came: that of the classes.
        string[] kinds = ["ash", "birch", "cedar"];
        var said = Said(view);
        said.Select(row => row.Named).Should().Equal(said.Select(row => kinds[row.Score.IndexOf(row.Score.Max())]));
        said.Zip(test).Count(pair => pair.First.Named == pair.Second.Kind).Should().BeGreaterThan(540);

        var loaded = Said(model.Reloaded(Data).Transform(context.Data.LoadFromEnumerable(test)));
        loaded.Select(row => row.Named).Should().Equal(said.Select(row => row.Named));
        loaded.SelectMany(row => row.Score).Should().Equal(said.SelectMany(row => row.Score));

        using var engine = context.Model.CreatePredictionEngine<Digit, SaidClass>(model.Reloaded(Data));
        foreach (var (digit, row) in test.Zip(said).Take(20))
        {
            var prediction = engine.Predict(digit);
            prediction.Named.Should().Be(row.Named);
            prediction.Score.Should().Equal(row.Score);
        }
    }

    [Fact]
    public void Names_of_any_type_are_kept_and_keys_need_none()
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Weight", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Trainer)
            .Append(context.Transforms.Conversion.MapKeyToValue("Number", "PredictedLabel"));
        using var model = pipeline.Fit(Data);
        model.Transform(Data).GetColumn<float>("Number").Distinct().Should().BeSubsetOf([1f, 2f]);
        model.Reloaded(Data).Transform(Data).GetColumn<float>("Number").Should().Equal(model.Transform(Data).GetColumn<float>("Number"));

        var numbered = context.Data.LoadFromEnumerable(digits.Select((digit, i) => new Numbered { Pixels = digit.Pixels, Label = (uint)(i % 3) }));
        using var unnamed = Trainer.Fit(numbered);
        var view = unnamed.Transform(numbered);
        var keys = view.GetColumn<uint>("PredictedLabel").ToArray();
        keys.Select((key, i) => key == view.GetColumn<uint>("Label").ElementAt(i)).Count(isRight => isRight).Should().BeGreaterThan(270);
        unnamed.Reloaded(numbered).Transform(numbered).GetColumn<uint>("PredictedLabel").Should().Equal(keys);
    }

    [Fact]
    public void Rows_without_a_label_are_pretrained_on_only()
    {
        // A value that the mapping does not know is a missing key.
        var known = context.Data.LoadFromEnumerable(new[] { new { Kind = "ash" }, new { Kind = "birch" } });
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Kind", keyData: known).Append(Trainer);
        using var model = pipeline.Fit(Data);
        var labelled = Enumerable.Range(0, 300).Where(i => i % 3 < 2).ToArray();
        using var dbn = Dbn.Bernoulli(Digit.Size, 16, 8);
        _ = dbn.Fit(Digit.Tensor(digits), pretraining);
        using var net = dbn.ToClassifier(2, seed: 2);
        _ = net.FitClassifier(Digit.Tensor([.. labelled.Select(i => digits[i])]), torch.tensor(labelled.Select(i => i % 3L).ToArray()), options);
        foreach (var (name, parameter) in net.named_parameters())
            model.LastTransformer.Model.get_parameter(name)!.Equals(parameter).Should().BeTrue();
    }

    [Fact]
    public void Cross_validation_trains_a_model_for_each_fold()
    {
        var results = context.MulticlassClassification.CrossValidate(Keys.Fit(Data).Transform(Data), Trainer, numberOfFolds: 3);
        results.Should().HaveCount(3);
        results.Average(fold => fold.Metrics.MicroAccuracy).Should().BeGreaterThan(0.85);
    }

    private ValueToKeyMappingEstimator Keys => context.Transforms.Conversion.MapValueToKey("Label", "Kind");

    private ModelEstimator<Classifier> Trainer => context.MulticlassClassification.Trainers.Dbn(
        columns => Dbn.Bernoulli(columns, 16, 8), featureColumnName: "Pixels", pretraining: pretraining, options: options);

    private SaidClass[] Said(IDataView view) => [.. context.Data.CreateEnumerable<SaidClass>(view, reuseRowObject: false)];

    private sealed class Numbered
    {
        [VectorType(Digit.Size)]
        public float[] Pixels { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
