#region usings
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Evaluation;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/likelihoods.md.</summary>
public sealed class LikelihoodSnippets : Support.SnippetTests
{
    [Fact]
    public void The_bracket_holds_the_exact_value()
    {
        using var train = TrialDataset.Create(seed: 1);
        using var test = TrialDataset.Create(seed: 2);
        using var rbm = Rbm.Bernoulli(visible: 10, hidden: 30);
        rbm.Fit(train, new() { Epochs = 10 });

        #region bracket
        var bracket = AnnealedImportanceSampling.Bracket(rbm, train, new()
        {
            Schedule = AnnealingSchedule.Uniform(steps: 1000),
            Chains = 100,
        });
        Console.WriteLine($"log Z in [{bracket.Lower:f2}, {bracket.Upper:f2}] {bracket.Warning}");
        var estimate = LogLikelihood.Evaluate(rbm, test, bracket);
        Console.WriteLine($"{estimate.Lower} to {estimate.Upper} a row");   // mean ± standard error
        #endregion

        #region exact
        if (ExactEnumeration.IsPossible(rbm))                           // a layer of at most 25 bits
        {
            var exact = LogLikelihood.Evaluate(rbm, test, ExactEnumeration.LogPartition(rbm));
            Console.WriteLine($"{exact.Mean:f3} ± {exact.RowError:f3}");
        }
        #endregion

        var logZ = ExactEnumeration.LogPartition(rbm);
        bracket.Warning.Should().BeNull();
        bracket.Lower.Should().BeLessThanOrEqualTo(logZ + 0.01);
        bracket.Upper.Should().BeGreaterThanOrEqualTo(logZ - 0.01);
        (bracket.Upper - bracket.Lower).Should().BeLessThan(0.5);
        // Better than ten fair bits, and not better than the distribution that the rows are from: about -6.2 nats a row.
        LogLikelihood.Evaluate(rbm, test, logZ).Mean.Should().BeInRange(10 * Math.Log(0.5), -6.2);
    }
}
