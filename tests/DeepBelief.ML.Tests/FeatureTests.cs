using DeepBelief.ML.Tests.Support;

namespace DeepBelief.ML.Tests;

public sealed class FeatureTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly Digit[] digits = Digit.Rows(300, seed: 1);
    private readonly TrainingOptions options = new() { Epochs = 5, Seed = 3 };

    private IDataView Data => context.Data.LoadFromEnumerable(digits);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_pipeline_trains_what_Fit_trains_and_gives_what_Transform_gives()
    {
        using var fitted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7), options).Fit(Data);
        using var expected = Rbm.Bernoulli(Digit.Size, 7);
        _ = expected.Fit(Digit.Tensor(digits), options);
        fitted.Model.Weight.Equals(expected.Weight).Should().BeTrue();
        ShouldBeOf(fitted.Transform(Data), rows => expected.Transform(rows));
    }

    [Fact]
    public void A_network_gives_the_features_of_its_top_layer()
    {
        using var fitted = context.Transforms.DbnFeatures("Features", "Pixels", columns => Dbn.Bernoulli(columns, 8, 5), new() { Epochs = 5, Seed = 3 }).Fit(Data);
        using var expected = Dbn.Bernoulli(Digit.Size, 8, 5);
        _ = expected.Fit(Digit.Tensor(digits), new() { Epochs = 5, Seed = 3 });
        ShouldBeOf(fitted.Transform(Data), rows => expected.Transform(rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300)]
    public void Trained_models_of_any_size_are_taken_as_they_are(int hidden)
    {
        using var rbm = Rbm.Gaussian(Digit.Size, hidden, WeightInitialization.Normal(0.5));
        using var dbn = Dbn.Bernoulli(Digit.Size, 4, hidden);
        var machine = context.Transforms.RbmFeatures("Features", "Pixels", rbm).Fit(Data);
        var network = context.Transforms.DbnFeatures("Features", "Pixels", dbn).Fit(Data);
        machine.Model.Should().NotBeSameAs(rbm);
        ShouldBeOf(machine.Transform(Data), rows => rbm.Transform(rows));
        ShouldBeOf(network.Transform(Data), rows => dbn.Transform(rows));
        ShouldBeOf(machine.Reloaded(Data).Transform(Data), rows => rbm.Transform(rows));
        ShouldBeOf(network.Reloaded(Data).Transform(Data), rows => dbn.Transform(rows));
        machine.Dispose();
        network.Dispose();
        rbm.Weight.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void Models_are_found_in_a_pipeline_fitted_or_loaded()
    {
        using var rbm = Rbm.Gaussian(Digit.Size, 6, WeightInitialization.Normal(0.5));
        using var dbn = Dbn.Bernoulli(6, 4);
        var pipeline = context.Transforms.CopyColumns("Copy", "Pixels")
            .Append(context.Transforms.RbmFeatures("Means", "Copy", rbm))
            .Append(context.Transforms.DbnFeatures("Features", "Means", dbn))
            .Fit(Data);
        foreach (var each in new[] { pipeline, pipeline.Reloaded(Data) })
        {
            using var machine = context.Model.FindModels<Rbm>(each).Single();
            using var network = context.Model.FindModels<Dbn>(each).Single();
            machine.Weight.Equals(rbm.Weight).Should().BeTrue();
            network.Layers[0].Weight.Equals(dbn.Layers[0].Weight).Should().BeTrue();
            context.Model.FindModels<Classifier>(each).Should().BeEmpty();
            // Copies: the pipeline goes on without them.
            machine.Dispose();
            ShouldBeOf(each.Transform(Data), rows => dbn.Transform(rbm.Transform(rows)));
        }

        context.Model.FindModels<Rbm>(context.Transforms.CopyColumns("Copy", "Pixels").Fit(Data)).Should().BeEmpty();
    }

    [Fact]
    public void Rows_of_very_many_columns_are_read()
    {
        const int Columns = 600_000;
        var schema = SchemaDefinition.Create(typeof(Wide));
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Columns);
        var data = context.Data.LoadFromEnumerable([new Wide { Pixels = new float[Columns] }, new Wide { Pixels = [.. Enumerable.Repeat(1f, Columns)] }], schema);
        using var fitted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 1), options with { Epochs = 1 }).Fit(data);
        fitted.Transform(data).Vectors("Features").Should().HaveCount(2);
    }

    [Fact]
    public void Weights_of_rows_count_in_training()
    {
        using var fitted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7), options, exampleWeightColumnName: "Weight").Fit(Data);
        using var expected = Rbm.Bernoulli(Digit.Size, 7);
        _ = expected.Fit(Digit.Tensor(digits), options, weights: torch.tensor(digits.Select(digit => digit.Weight).ToArray()));
        fitted.Model.Weight.Equals(expected.Weight).Should().BeTrue();
    }

    [Fact]
    public void More_rows_than_are_read_at_once_keep_their_order()
    {
        var many = Digit.Rows(9001, seed: 2);
        using var fitted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 3), options with { Epochs = 1 })
            .Fit(context.Data.LoadFromEnumerable(many));
        using var expected = Rbm.Bernoulli(Digit.Size, 3);
        _ = expected.Fit(Digit.Tensor(many), options with { Epochs = 1 });
        fitted.Model.Weight.Equals(expected.Weight).Should().BeTrue();
    }

    [Fact]
    public void The_columns_are_those_before_and_the_features()
    {
        var estimator = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7), options);
        using var fitted = estimator.Fit(Data);
        string[] expected = ["Pixels", "Kind", "Weight", "Features"];
        foreach (var schema in new[] { fitted.Transform(Data).Schema, fitted.GetOutputSchema(Data.Schema), fitted.Reloaded(Data).GetOutputSchema(Data.Schema) })
        {
            schema.Columns().Should().Equal(expected);
            schema["Features"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 7));
        }
    }

    [Fact]
    public void A_column_can_take_the_place_of_its_source()
    {
        using var fitted = context.Transforms.RbmFeatures("Pixels", "Pixels", columns => Rbm.Bernoulli(columns, 5), options).Fit(Data);
        using var rows = fitted.Model.Transform(Digit.Tensor(digits));
        ShouldBeNear(fitted.Transform(Data).Vectors("Pixels"), rows.Rows());
    }

    [Fact]
    public void Features_serve_ML_NETs_trainers_and_the_pipeline_is_saved_as_a_whole()
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(context.Transforms.RbmFeatures("First", "Pixels", columns => Rbm.Bernoulli(columns, 20), new() { Epochs = 30, Seed = 1 }))
            .Append(context.Transforms.RbmFeatures("Features", "First", columns => Rbm.Bernoulli(columns, 10), new() { Epochs = 30, Seed = 2 }))
            .AppendCacheCheckpoint(context)
            .Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        using var model = pipeline.Fit(Data);
        var test = context.Data.LoadFromEnumerable(Digit.Rows(600, seed: 5));
        var metrics = context.MulticlassClassification.Evaluate(model.Transform(test));
        // Rows so near another pattern that it is the better guess are about one in twenty.
        metrics.MicroAccuracy.Should().BeGreaterThan(0.9);

        var loaded = model.Reloaded(Data);
        loaded.Transform(test).Vectors("Features").Should().BeEquivalentTo(model.Transform(test).Vectors("Features"), options => options.WithStrictOrdering());
        loaded.Transform(test).Vectors("Score").Should().BeEquivalentTo(model.Transform(test).Vectors("Score"), options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_loaded_mapping_gives_the_same_bits_one_row_at_a_time_and_in_parallel()
    {
        using var model = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7), options).Fit(Data);
        // A view that has cursors for several threads, each of which comes first to the loaded model.
        var many = context.Data.Cache(context.Data.LoadFromEnumerable(Digit.Rows(5000, seed: 3)));
        var expected = model.Transform(many).Vectors("Features");
        var loaded = model.Reloaded(Data);
        ShouldBeSame(loaded.Transform(many).VectorsInParallel("Features", cursors: 4), expected);
        ShouldBeSame(model.Transform(many).VectorsInParallel("Features", cursors: 4), expected);

        using var engine = new MLContext().Model.CreatePredictionEngine<Digit, Said>(loaded);
        using var ofModel = context.Model.CreatePredictionEngine<Digit, Said>(model, new PredictionEngineOptions { OwnsTransformer = false });
        foreach (var (digit, features) in Digit.Rows(5000, seed: 3).Zip(expected).Take(20))
        {
            engine.Predict(digit).Features.Should().Equal(features);
            ofModel.Predict(digit).Features.Should().Equal(features);
        }
    }

    [Fact]
    public void Models_of_another_type_of_numbers_take_the_rows()
    {
        using var fitted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7, dtype: ScalarType.Float64), options).Fit(Data);
        using var rows = Digit.Tensor(digits).to(ScalarType.Float64);
        using var expected = fitted.Model.Transform(rows).to(ScalarType.Float32);
        ShouldBeNear(fitted.Transform(Data).Vectors("Features"), expected.Rows());
        ShouldBeSame(fitted.Reloaded(Data).Transform(Data).Vectors("Features"), fitted.Transform(Data).Vectors("Features"));
    }

    [Fact]
    public void Every_Fit_trains_a_model_of_its_own_and_a_disposed_one_says_so()
    {
        var estimator = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 7), options);
        var (first, second) = (estimator.Fit(Data), estimator.Fit(Data));
        var view = first.Transform(Data);
        first.Dispose();
        // ML.NET's threads wrap what is thrown on them.
        view.Invoking(v => v.Vectors("Features")).Should().Throw<InvalidOperationException>().WithInnerException<ObjectDisposedException>();
        second.Transform(Data).Vectors("Features").Should().HaveCount(300);
        second.Dispose();
    }

    private void ShouldBeOf(IDataView view, Func<Tensor, Tensor> transform)
    {
        var features = view.Vectors("Features");
        var rows = Digit.Tensor(digits);
        // Bit for bit as one row gives, and but for the rounding of larger products as all do.
        ShouldBeSame(features[..20], [.. Enumerable.Range(0, 20).Select(i => transform(rows.narrow(0, i, 1)).Rows()[0])]);
        ShouldBeNear(features, transform(rows).Rows());
    }

    private static void ShouldBeSame(float[][] actual, float[][] expected)
    {
        actual.Should().HaveSameCount(expected);
        for (var i = 0; i < expected.Length; i++)
            actual[i].Should().Equal(expected[i]);
    }

    private static void ShouldBeNear(float[][] actual, float[][] expected)
    {
        actual.Should().HaveSameCount(expected);
        for (var i = 0; i < expected.Length; i++)
            actual[i].Should().Equal(expected[i], (a, e) => Math.Abs(a - e) < 1e-5f);
    }

    private sealed class Wide
    {
        public float[] Pixels { get; set; } = [];
    }
}
