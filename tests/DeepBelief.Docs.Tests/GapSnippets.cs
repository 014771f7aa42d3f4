using DeepBelief.Evaluation;
using TorchSharp;
#region usings
using DeepBelief;
using DeepBelief.Training;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>What docs/training.md says of gaps, weights and sparse rows.</summary>
public sealed class GapSnippets : Support.SnippetTests
{
    [Fact]
    public void Rows_have_gaps_and_weights_and_are_sparse()
    {
        using var generator = new Generator(1);
        var whole = rand(new long[] { 200, 1 }, generator: generator).lt(0.5).expand(200, 6).to(ScalarType.Float32);
        var data = whole.masked_fill(rand(new long[] { 200, 6 }, generator: generator).lt(0.2), float.NaN);

        #region gaps
        using var rbm = Rbm.Bernoulli(visible: 6, hidden: 4);
        rbm.Fit(data, new() { Epochs = 50, MissingValues = MissingValues.Draw });   // NaN: missing
        #endregion

        // All six bits are the same in every row.
        LogLikelihood.Evaluate(rbm, whole, ExactEnumeration.LogPartition(rbm)).Mean.Should().BeGreaterThan(-1);

        var labels = whole.select(1, 0).to(ScalarType.Int64);
        using var weights = ones(200);
        #region weights
        rbm.Fit(whole, new() { Epochs = 10 }, weights: weights);                    // [rows], 0 or more

        using var net = rbm.ToClassifier(classes: 2);
        net.FitClassifier(whole, labels, new() { ClassWeights = ClassWeights.Balanced });
        #endregion

        net.Score(whole, labels).Accuracy.Should().Be(1);

        #region sparse
        using var row = tensor(new long[] { 0, 0, 1, 2 });                          // of each entry
        using var word = tensor(new long[] { 17, 400, 17, 999 });
        using var texts = sparse_coo_tensor(stack([row, word]), ones(4), [3, 1000]);
        using var topics = Rbm.Bernoulli(visible: 1000, hidden: 10);
        var history = topics.Fit(texts, new() { Epochs = 10 });
        using var features = topics.Transform(texts);                               // [3, 10], dense
        #endregion

        history.Epochs.Should().HaveCount(10);
        features.Equals(topics.HiddenMean(texts.to_dense())).Should().BeTrue();
        // Rows 0 and 1 of three have word 17, row 0 alone word 400 and row 2 alone word 999; none has another.
        var expected = zeros(1000).index_fill(0, tensor(new long[] { 400, 999 }), 1f / 3).index_fill(0, tensor(17L), 2f / 3);
        using var drawn = topics.Sample(count: 2000, steps: 20, generator: generator);
        drawn.mean([0L]).sub(expected).abs().max().ToDouble().Should().BeLessThan(0.15);
    }
}
