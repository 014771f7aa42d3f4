#region usings
using DeepBelief;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/application.md.</summary>
public sealed class ApplicationSnippets : Support.SnippetTests
{
    [Fact]
    public void An_application_asks_with_arrays()
    {
        var (images, labels) = Support.Toy.Images(600, seed: 1);
        using (var trained = Classifier.Random([784, 30], classes: 10, dropout: new(0.2, 0.5)))
        {
            trained.FitClassifier(images, labels, new() { Epochs = 10 });
            trained.Save("classifier.pt");
        }

        #region load
        using var net = Classifier.Load("classifier.pt");
        #endregion

        float[][] rows = [.. images.narrow(0, 0, 100).data<float>().ToArray().Chunk(784)];

        #region predict
        int[] classes = net.Predict(rows);                          // rows: float[][], of 784 each
        float[][] probabilities = net.PredictProbabilities(rows);   // 10 a row
        #endregion

        var memory = new ReadOnlyMemory<float>(rows[7]);
        var sequence = rows.Where(row => row.Length == 784);

        #region shapes
        int one = net.Predict(new InputRows(memory.Span, width: 784))[0];   // a span, row after row
        int[] all = net.Predict(InputRows.Of(sequence));                    // any IEnumerable<float[]>
        #endregion

        classes.Zip(labels.narrow(0, 0, 100).data<long>().ToArray()).Count(pair => pair.First == pair.Second).Should().BeGreaterThan(95);
        probabilities.Select(row => Array.IndexOf(row, row.Max())).Should().Equal(classes);
        one.Should().Be(classes[7]);
        all.Should().Equal(classes);

        var message = string.Empty;
        rows = [rows[0], [1, 2, 3]];

        #region refused
        try
        {
            net.Predict(rows);
        }
        catch (ArgumentException e)
        {
            message = e.Message;        // Row 2: expected 784 numbers, found 3. (Parameter 'rows')
        }
        #endregion

        message.Should().Be("Row 2: expected 784 numbers, found 3. (Parameter 'rows')");
    }

    [Fact]
    public void Scores_come_as_numbers()
    {
        using var rbm = Rbm.Gaussian(visible: 10, hidden: 8);
        var (measurements, _) = Support.Toy.Measurements(400, seed: 1);
        rbm.Fit(measurements, new() { Epochs = 10 });
        float[][] rows = [.. measurements.data<float>().ToArray().Chunk(10).Take(20)];
        rows[3] = [.. rows[3].Select(value => value * 100)];
        var threshold = rbm.FreeEnergy(rows).Order().ElementAt(18);

        #region scores
        double[] scores = rbm.FreeEnergy(rows);
        bool[] isUnusual = [.. scores.Select(score => score > threshold)];
        float[][] features = rbm.Transform(rows);
        #endregion

        Enumerable.Range(0, 20).Where(i => isUnusual[i]).Should().Equal(3);
        features.Should().HaveCount(20).And.OnlyContain(row => row.Length == 8);
    }

    [Fact]
    public void Threads_share_a_model()
    {
        var (images, _) = Support.Toy.Images(200, seed: 1);
        using var net = Classifier.Random([784, 30], classes: 10);
        float[][][] requests = [.. images.data<float>().ToArray().Chunk(784).Chunk(5)];

        #region threads
        var answers = new int[requests.Length][];
        Parallel.For(0, requests.Length, i => answers[i] = net.Predict(requests[i]));
        #endregion

        answers.Should().BeEquivalentTo(requests.Select(rows => net.Predict(rows)), options => options.WithStrictOrdering());
    }
}
