#region usings
using DeepBelief;
using DeepBelief.Evaluation;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/concepts.md.</summary>
public sealed class ConceptsSnippets : Support.SnippetTests
{
    [Fact]
    public void Free_energies_and_log_Z_are_probabilities()
    {
        #region energies
        using var rbm = Rbm.Bernoulli(visible: 3, hidden: 2, WeightInitialization.Normal(1), seed: 1);
        using var states = tensor(new float[,]
        {
            { 0, 0, 0 }, { 0, 0, 1 }, { 0, 1, 0 }, { 0, 1, 1 },
            { 1, 0, 0 }, { 1, 0, 1 }, { 1, 1, 0 }, { 1, 1, 1 },
        });
        var logZ = ExactEnumeration.LogPartition(rbm);
        using var probabilities = (-rbm.FreeEnergy(states) - logZ).exp();
        Console.WriteLine(probabilities.sum().ToDouble());      // 1, to rounding
        #endregion

        probabilities.sum().ToDouble().Should().BeApproximately(1, 1e-5);

        #region gibbs
        using var generator = new Generator(1);
        using var rows = rbm.Sample(count: 5000, steps: 100, generator: generator);     // one chain a row
        using var frequency = rows.mean([0L]);
        #endregion

        // Σ p(v) v over all states, within five standard errors of 5,000 draws.
        var expected = probabilities.unsqueeze(0).mm(states).reshape(3);
        (frequency - expected).abs().max().ToDouble().Should().BeLessThan(5 * 0.5 / Math.Sqrt(5000));
    }
}
