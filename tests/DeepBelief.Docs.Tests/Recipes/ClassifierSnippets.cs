#region usings
using DeepBelief;
using DeepBelief.Training;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/classifier.md.</summary>
public sealed class ClassifierSnippets : Support.SnippetTests
{
    [Fact]
    public void Pretraining_needs_no_labels()
    {
        var (images, _) = Support.Toy.Images(1000, seed: 1);
        var (someImages, someLabels) = Support.Toy.Images(100, seed: 2);
        var (testImages, testLabels) = Support.Toy.Images(300, seed: 3);

        #region pretrain
        using var dbn = Dbn.Bernoulli(784, 128, 64);
        dbn.Fit(images, new() { Epochs = 10 });                         // all images, no labels
        #endregion

        #region fine-tune
        using var net = dbn.ToClassifier(classes: 10, dropout: new DropoutRates(Input: 0.2, Hidden: 0.4));
        var history = net.FitClassifier(
            someImages,
            someLabels,                                                 // [rows], int64, 0 to 9
            new()
            {
                Epochs = 30,
                BatchSize = 20,
                MaxWeightNorm = 3,
                Patience = 10,
            },
            validation: (testImages, testLabels));
        Console.WriteLine($"epoch {history.BestEpoch}: accuracy {history.Best.Validation!.Accuracy:p1}");
        #endregion

        history.Best.Validation!.Accuracy.Should().BeGreaterThan(0.9);

        #region predict
        using var classes = net.Predict(testImages);                    // [rows], int64
        using var probabilities = net.PredictProbabilities(testImages); // [rows, 10]
        var score = net.Score(testImages, testLabels);                  // (Loss, Accuracy)
        #endregion

        classes.eq(testLabels).to(ScalarType.Float64).mean().ToDouble().Should().BeApproximately(score.Accuracy, 1e-9);
        score.Should().Be(history.Best.Validation);
        probabilities.argmax(1).eq(classes).all().ToBoolean().Should().BeTrue();
    }

    [Fact]
    public void Unlabelled_rows_take_part()
    {
        var (images, _) = Support.Toy.Images(1000, seed: 1);
        var (someImages, someLabels) = Support.Toy.Images(50, seed: 2);
        var (testImages, testLabels) = Support.Toy.Images(300, seed: 3);
        using var dbn = Dbn.Bernoulli(784, 64);
        dbn.Fit(images, new() { Epochs = 5 });

        #region unlabelled
        using var net = dbn.ToClassifier(classes: 10);
        net.FitClassifier(
            someImages,
            someLabels,
            new()
            {
                Epochs = 10,
                LearningRate = Schedule.Linear(0.001, 0.0001),
                VirtualAdversarial = new() { Distance = 1.6, EntropyWeight = 0.3, BalanceWeight = 0.6 },
            },
            unlabelled: images);
        #endregion

        net.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.8);
    }

    [Fact]
    public void Inputs_of_hidden_units_are_normalized()
    {
        var (images, labels) = Support.Toy.Images(1000, seed: 1);
        var (testImages, testLabels) = Support.Toy.Images(300, seed: 3);
        using var dbn = Dbn.Bernoulli(784, 64);
        dbn.Fit(images, new() { Epochs = 5 });

        #region normalized
        using var plain = dbn.ToClassifier(classes: 10);
        using var net = plain.WithBatchNormalization(images);
        net.FitClassifier(
            images,
            labels,
            new()
            {
                Epochs = 20,
                LearningRate = Schedule.Linear(0.001, 0.0001),
                VirtualAdversarial = new() { Distance = 4 },
            });
        #endregion

        net.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Any_module_is_trained_alike()
    {
        var (images, labels) = Support.Toy.Images(500, seed: 1);

        #region any-module
        using var net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10));
        ClassifierTraining.FitClassifier(net, images, labels, new() { Epochs = 5 });
        using var classes = ClassifierEvaluation.Predict(net, images);
        #endregion

        classes.eq(labels).to(ScalarType.Float32).mean().ToDouble().Should().BeGreaterThan(0.9);
    }
}
