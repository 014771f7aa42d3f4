#region usings
using DeepBelief;
using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/own-model.md, with BoltzmannMachine.cs.</summary>
public sealed class OwnModelSnippets : Support.SnippetTests
{
    [Fact]
    public void A_model_of_thirty_lines_is_trained_and_fills_gaps()
    {
        using var random = new Generator(3);
        // Three bits, of which the second is most often the first, and the third its opposite.
        var first = rand(new long[] { 3000, 1 }, generator: random).lt(0.4).to(ScalarType.Float32);
        var noise = rand(new long[] { 3000, 2 }, generator: random).lt(0.15).to(ScalarType.Float32);
        var data = cat([first, (first - noise.narrow(1, 0, 1)).abs(), (1 - first - noise.narrow(1, 1, 1)).abs()], 1);

        #region use
        using var model = new BoltzmannMachine(3);
        model.Fit(data, new()
        {
            Epochs = 40,
            LearningRate = Schedule.Linear(0.2, 0.01),
            NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 200),
        });
        using var gaps = tensor(new[,] { { 1f, float.NaN, float.NaN } }).expand(2000, 3);
        using var generator = new Generator(5);
        using var filled = MarkovChain.FillMissing(model, gaps, steps: 30, generator: generator);
        #endregion

        // Maximum likelihood agrees with the data in the mean of every bit and of every pair.
        var states = arange(8).unsqueeze(1).bitwise_right_shift(arange(3)).bitwise_and(tensor(1L)).to(ScalarType.Float32);
        var probabilities = model.FreeEnergy(states).detach().neg().softmax(0).unsqueeze(1);
        (states * probabilities).t().mm(states).sub(data.t().mm(data) / 3000).abs().max().ToDouble().Should().BeLessThan(0.03);
        #region likelihood
        var logZ = ExactEnumeration.LogPartition(model);                // all 2^3 states; up to 2^25
        var options = new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(steps: 100) };
        var bracket = AnnealedImportanceSampling.Bracket(model, data, options);     // for more than that
        var estimate = LogLikelihood.Evaluate(model, data, logZ);
        Console.WriteLine($"{logZ:f3} in [{bracket.Lower:f3}, {bracket.Upper:f3}], {estimate} a row");
        #endregion

        logZ.Should().BeApproximately(model.FreeEnergy(states).detach().neg().logsumexp(0).ToDouble(), 1e-5);
        bracket.Warning.Should().BeNull();
        bracket.Forward.LogPartition.Should().BeApproximately(logZ, 4 * bracket.Forward.StandardError);
        bracket.Reverse.LogPartition.Should().BeApproximately(logZ, 4 * bracket.Reverse.StandardError);
        // 1 ? ? is most often 1 1 0.
        filled.mean([0L]).sub(tensor(new[] { 1, 0.85f, 0.15f })).abs().max().ToDouble().Should().BeLessThan(0.06);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_network_is_an_energy()
    {
        using var random = new Generator(3);
        // Points around (2, 0) and (-2, 0).
        var sides = rand(new long[] { 2000, 1 }, generator: random).lt(0.5).to(ScalarType.Float32);
        var data = (0.5 * randn(new long[] { 2000, 2 }, generator: random)) + cat([(4 * sides) - 2, zeros(2000, 1)], 1);

        #region network
        var network = nn.Sequential(("0", nn.Linear(2, 64)), ("1", nn.ReLU()), ("2", nn.Linear(64, 1)));
        var langevin = new Langevin { StepSize = 0.1, Steps = 10 };
        using var model = new NeuralEnergyModel(network, visible: 2, langevin);
        model.Fit(data, new()                                           // data: [rows, 2]
        {
            Epochs = 40,
            LearningRate = Schedule.Linear(0.01, 0.001),
            Optimizer = new AdamSettings(),
            NegativePhase = new ReplayBuffer(chains: 200, capacity: 2000),
        });
        using var energies = model.FreeEnergy(data);                    // [rows], up to a constant
        #endregion

        #region density
        var bracket = AnnealedImportanceSampling.Bracket(model, data, new()
        {
            Schedule = AnnealingSchedule.Uniform(steps: 500),
            SampleSteps = 200,
        });
        Console.WriteLine(LogLikelihood.Evaluate(model, data, bracket));    // nats a row
        #endregion

        // The integral over a square that holds all but nothing of the density, by the midpoint rule.
        var line = (arange(800, ScalarType.Float32) + 0.5f) * 0.05f - 20;
        using (no_grad())
        {
            var logZ = model.FreeEnergy(cartesian_prod(line, line)).to(ScalarType.Float64).neg().logsumexp(0).ToDouble() + (2 * Math.Log(0.05));
            bracket.Warning.Should().BeNull();
            bracket.Forward.LogPartition.Should().BeApproximately(logZ, 5 * bracket.Forward.StandardError);
            bracket.Reverse.LogPartition.Should().BeApproximately(logZ, 5 * bracket.Reverse.StandardError);
            bracket.StandardError.Should().BeLessThan(0.1);
        }

        // Least where the points are, more between them, most far away.
        using var places = tensor(new float[,] { { 2, 0 }, { -2, 0 }, { 0, 0 }, { 4, 3 } });
        var at = model.FreeEnergy(places).data<float>().ToArray();
        at[2].Should().BeGreaterThan(Math.Max(at[0], at[1]) + 0.5f);
        at[3].Should().BeGreaterThan(at[2]);
    }
}
