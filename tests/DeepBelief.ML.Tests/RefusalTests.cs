using DeepBelief.ML.Tests.Support;

namespace DeepBelief.ML.Tests;

public sealed class RefusalTests
{
    private readonly MLContext context = new(seed: 1);

    private ModelEstimator<Rbm> Features => context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 3), new() { Epochs = 1 });

    [Fact]
    public void Columns_of_other_types_are_refused_as_ML_NETs_own_parts_do()
    {
        Refused(Features, new Named()).Should().Be("Could not find feature column 'Pixels'");
        Refused(Features, new OfUnknownSize()).Should().Be("Schema mismatch for feature column 'Pixels': expected known-size vector of Single, got Vector<Single>");
        Refused(Features, new OfDoubles()).Should().Be("Schema mismatch for feature column 'Pixels': expected known-size vector of Single, got Vector<Double, 2>");
        Refused(Features, new Scalar()).Should().Be("Schema mismatch for feature column 'Pixels': expected known-size vector of Single, got Single");

        var weighted = context.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 3), exampleWeightColumnName: "Kind");
        Refused(weighted, new Digit { Pixels = new float[Digit.Size] }).Should().Be("Schema mismatch for weight column 'Kind': expected Single, got String");
        var classes = context.MulticlassClassification.Trainers.Dbn(columns => Dbn.Bernoulli(columns, 3), labelColumnName: "Kind", featureColumnName: "Pixels");
        Refused(classes, new Digit { Pixels = new float[Digit.Size] }).Should().Be("Schema mismatch for label column 'Kind': expected Key<UInt32>, got String");
    }

    [Fact]
    public void A_pipeline_finds_them_before_anything_is_trained()
    {
        var asked = false;
        var pipeline = context.Transforms.CopyColumns("Copy", "Pixels").Append(context.Transforms.RbmFeatures("Features", "Copy", columns =>
        {
            asked = true;
            return Rbm.Bernoulli(columns, 3);
        })).Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        // The trainer of the end finds no label.
        pipeline.Invoking(p => p.Fit(context.Data.LoadFromEnumerable(Digit.Rows(3, 1)))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*label*");
        asked.Should().BeFalse();
        var unknown = context.Transforms.CopyColumns("Copy", "Pixels").Append(context.Transforms.RbmFeatures("Features", "Copy", columns => Rbm.Bernoulli(columns, 3)));
        unknown.Invoking(p => p.Fit(context.Data.LoadFromEnumerable([new OfUnknownSize()]))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Schema mismatch for feature column 'Copy': expected known-size vector of Single, got VariableVector of Single*");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_missing_are_refused_in_training_and_after(float value)
    {
        var rows = Digit.Rows(5000, 1);
        rows[4500].Pixels[3] = value;
        var view = context.Data.LoadFromEnumerable(rows);
        Features.Invoking(f => f.Fit(view)).Should().Throw<ArgumentException>()
            .WithMessage("Expected finite numbers in column 'Pixels', found NaN or infinity in row 4500, counted from 0. Transforms.ReplaceMissingValues fills missing values.*");

        using var fitted = Features.Fit(context.Data.LoadFromEnumerable(Digit.Rows(10, 1)));
        using var engine = context.Model.CreatePredictionEngine<Digit, Said>(fitted);
        engine.Invoking(e => e.Predict(rows[4500])).Should().Throw<ArgumentException>();
        engine.Predict(rows[0]).Features.Should().HaveCount(3);
    }

    [Fact]
    public void Values_that_the_units_do_not_take_are_refused()
    {
        var rows = Digit.Rows(10, 1);
        rows[3].Pixels[3] = 2;
        Features.Invoking(f => f.Fit(context.Data.LoadFromEnumerable(rows))).Should().Throw<ArgumentException>().WithMessage("*[0, 1]*");
    }

    [Fact]
    public void Rows_of_another_size_are_refused_before_and_after_loading()
    {
        var data = context.Data.LoadFromEnumerable(Digit.Rows(10, 1));
        using var fitted = Features.Fit(data);
        var shorter = context.Data.LoadFromEnumerable([new Shorter { Pixels = [1, 0] }]);
        fitted.Invoking(f => f.Transform(shorter)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Schema mismatch for feature column 'Pixels': expected Vector<Single, 12>, got Vector<Single, 2>*");
        // ML.NET's threads wrap what is thrown on them.
        fitted.Reloaded(data).Transform(shorter).Invoking(view => view.Vectors("Features")).Should().Throw<InvalidOperationException>()
            .WithInnerException<ArgumentException>().WithMessage("Expected rows of 12 values, found 2.*");
    }

    [Fact]
    public void What_can_not_be_trained_is_refused()
    {
        var data = context.Data.LoadFromEnumerable(Digit.Rows(10, 1));
        var empty = context.Data.LoadFromEnumerable(Array.Empty<Digit>());
        Features.Invoking(f => f.Fit(empty)).Should().Throw<ArgumentException>().WithMessage("Expected at least one row, found an empty view.*");
        context.Transforms.RbmFeatures("Features", "Pixels", _ => Rbm.Bernoulli(5, 3)).Invoking(f => f.Fit(data)).Should().Throw<ArgumentException>()
            .WithMessage("Expected a model of 12 visible units, one for each value of a row, found one of 5.*");
        using var trained = Rbm.Bernoulli(5, 3);
        context.Transforms.RbmFeatures("Features", "Pixels", trained).Invoking(f => f.Fit(data)).Should().Throw<ArgumentException>().WithMessage("Expected a model of 12 visible units*");
        context.Transforms.RbmFeatures("Features", "Pixels", _ => null!).Invoking(f => f.Fit(data)).Should().Throw<ArgumentException>().WithMessage("Expected a model, found null.*");

        context.Invoking(c => c.Transforms.RbmFeatures("Features", "Pixels", columns => Rbm.Bernoulli(columns, 3), new() { Epochs = 0 }))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("Epochs:*");
        context.Invoking(c => c.AnomalyDetection.Trainers.Rbm(columns => Rbm.Bernoulli(columns, 3), outliers: 1))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("Expected 0 or more and less than 1.*");
        context.Invoking(c => c.Transforms.RbmFeatures(string.Empty, "Pixels", columns => Rbm.Bernoulli(columns, 3))).Should().Throw<ArgumentException>();
        context.Invoking(c => c.Transforms.RbmFeatures("Features", string.Empty, columns => Rbm.Bernoulli(columns, 3))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Labels_that_are_all_missing_are_refused()
    {
        var known = context.Data.LoadFromEnumerable(new[] { new { Kind = "fir" }, new { Kind = "elm" } });
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Kind", keyData: known)
            .Append(context.MulticlassClassification.Trainers.Dbn(columns => Dbn.Bernoulli(columns, 3), featureColumnName: "Pixels"));
        pipeline.Invoking(p => p.Fit(context.Data.LoadFromEnumerable(Digit.Rows(10, 1)))).Should().Throw<ArgumentException>().WithMessage("Expected at least one row with a label, found none.*");
    }

    private string Refused<TModel, TRow>(ModelEstimator<TModel> estimator, TRow row)
        where TModel : torch.nn.Module
        where TRow : class
        => estimator.Invoking(e => e.Fit(context.Data.LoadFromEnumerable([row]))).Should().Throw<ArgumentOutOfRangeException>().Which.Message.Split(" (Parameter")[0];

    private sealed class Named
    {
        public string Kind { get; set; } = string.Empty;
    }

    private sealed class Shorter
    {
        [VectorType(2)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class OfUnknownSize
    {
        public float[] Pixels { get; set; } = [1, 0];
    }

    private sealed class OfDoubles
    {
        [VectorType(2)]
        public double[] Pixels { get; set; } = [1, 0];
    }

    private sealed class Scalar
    {
        public float Pixels { get; set; }
    }
}
