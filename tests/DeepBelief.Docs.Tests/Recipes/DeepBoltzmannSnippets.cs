#region usings
using DeepBelief;
using DeepBelief.Evaluation;
using DeepBelief.Training;
using DeepBelief.Units;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/deep-boltzmann-machine.md.</summary>
public sealed class DeepBoltzmannSnippets : Support.SnippetTests
{
    [Fact]
    public void A_deep_machine_learns_and_classifies()
    {
        var (images, labels) = Support.Toy.Images(300, seed: 1);
        var (test, testLabels) = Support.Toy.Images(200, seed: 2);

        #region fit
        using var dbm = Dbm.Bernoulli(784, 64, 32);          // visible and two hidden layers
        var history = dbm.Fit(images, new() { Epochs = 20 });
        Console.WriteLine(history.Last.ReconstructionError);
        dbm.Save("dbm.pt");
        #endregion

        #region use
        using var features = dbm.Transform(images);          // E[top layer], [rows, 32]
        using var samples = dbm.Sample(count: 10, start: images.narrow(0, 0, 10));
        #endregion

        #region bound
        var bracket = AnnealedImportanceSampling.Bracket(dbm, images, new()
        {
            Schedule = AnnealingSchedule.Uniform(steps: 500),
            SampleSteps = 100,
        });
        var bound = LogLikelihood.LowerBound(dbm, test, bracket);
        Console.WriteLine($"at least {bound.Lower} a row");  // mean ± standard error
        #endregion

        #region classifier
        using var net = dbm.ToAugmentedClassifier(classes: 10);
        using var inputs = dbm.WithInferred(images);         // [rows, 784 + 32]
        net.FitClassifier(inputs, labels, new() { Epochs = 20 });
        #endregion

        #region start
        using var rbm = Rbm.Bernoulli(784, 64);
        rbm.Fit(images, new() { Epochs = 20 });
        using var deep = rbm.ToDbm([new BernoulliUnits(32)]);
        deep.Fit(images, new() { Epochs = 20, LearningRate = Schedule.Linear(0.01, 0.001) });
        #endregion

        var ofDeep = AnnealedImportanceSampling.Bracket(deep, images, new() { Schedule = AnnealingSchedule.Uniform(steps: 500), SampleSteps = 100 });
        LogLikelihood.LowerBound(deep, test, ofDeep).Lower.Mean.Should().BeInRange(-330, -250);
        // One bit in ten is noise, of which 0.09 is left at best.
        history.Last.ReconstructionError.Should().BeLessThan(0.13);
        features.shape.Should().Equal(300, 32);
        samples.shape.Should().Equal(10, 784);
        using var ofTest = dbm.WithInferred(test);
        net.Score(ofTest, testLabels).Accuracy.Should().BeGreaterThan(0.9);
        // Ten patterns of 784 bits, one in ten flipped: about -257 nats a row; independent bits would be about -500.
        bound.Lower.Mean.Should().BeInRange(-400, -250);
    }
}
