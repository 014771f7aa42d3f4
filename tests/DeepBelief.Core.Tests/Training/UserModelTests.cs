using DeepBelief.Evaluation;
using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>A model from outside the library needs a free energy and a step, and no more.</summary>
public sealed class UserModelTests
{
    [Fact]
    public void A_model_without_a_gradient_of_its_own_is_trained_by_autograd()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(2);
        var data = (1.5 * torch.randn(new long[] { 2000, 2 }, generator: generator)) + torch.tensor(new[] { 4f, -2f });
        using var model = new NormalModel();

        _ = ((IEnergyModel)model).Fit(data, new()
        {
            Epochs = 60,
            LearningRate = Schedule.Linear(0.1, 0.01),
            Optimizer = new SgdSettings { Momentum = 0.5 },
        });

        // Maximum likelihood of a normal distribution: the sample mean and variance.
        model.Mean.detach().ShouldBeNear(data.mean(new long[] { 0 }), 0.15);
        var variance = (data - data.mean(new long[] { 0 })).square().mean().ToDouble();
        Math.Exp(model.LogVariance.detach().ToDouble()).Should().BeApproximately(variance, 0.15 * variance);
    }

    [Fact]
    public void A_model_of_thirty_lines_is_trained_evaluated_and_sampled()
    {
        using var scope = torch.NewDisposeScope();
        // Three bits, of which the second is most often the first, and the third its opposite.
        var first = Make.Bits(3, 3000, 1, 0.4).to(ScalarType.Float32);
        var noise = Make.Bits(4, 3000, 2, 0.15).to(ScalarType.Float32);
        var data = torch.cat([first, (first - noise.narrow(1, 0, 1)).abs(), (1 - first - noise.narrow(1, 1, 1)).abs()], 1);
        using var model = new BoltzmannMachine(3);
        var untrained = ModelEvaluation.PseudoLogLikelihood(model, data);

        var history = model.Fit(data, new()
        {
            Epochs = 40,
            LearningRate = Schedule.Linear(0.2, 0.01),
            NegativePhase = new PersistentContrastiveDivergence(steps: 1, chains: 200),
        });

        // Trained: maximum likelihood agrees with the data in the mean of every bit and of every pair.
        var states = Enumeration.States(3).to(ScalarType.Float32);
        var probabilities = model.FreeEnergy(states).detach().neg().softmax(0).unsqueeze(1);
        (states * probabilities).t().mm(states).ShouldBeNear(data.t().mm(data) / 3000, 0.03);
        // Evaluated.
        history.Last.PseudoLogLikelihood.Should().BeGreaterThan(untrained + 0.5);
        // Sampled, with gaps filled: 1 ? ? is most often 1 1 0.
        using var generator = new Generator(5);
        var gaps = torch.tensor(new[,] { { 1f, float.NaN, float.NaN } }).repeat_interleave(2000, 0);
        var filled = MarkovChain.FillMissing(model, gaps, 30, generator: generator);
        filled.mean(new long[] { 0 }).ShouldBeNear([1.0, 0.85, 0.15], 0.06);
    }

    private sealed class NormalModel : torch.nn.Module, IEnergyModel
    {
        private readonly Parameter mean = new(torch.zeros(2));
        private readonly Parameter logVariance = new(torch.zeros(1));

        public NormalModel()
            : base(nameof(NormalModel)) => RegisterComponents();

        public Parameter Mean => mean;

        public Parameter LogVariance => logVariance;

        public long VisibleSize => 2;

        public Tensor FreeEnergy(Tensor visible)
        {
            using var scope = torch.NewDisposeScope();
            return ((visible - mean).square().sum(1) / (2 * logVariance.exp())).MoveToOuterDisposeScope();
        }

        public Tensor Transition(Tensor visible, Generator? generator = null)
        {
            using var scope = torch.NewDisposeScope();
            var noise = torch.randn(visible.shape, generator: generator);
            return (mean + ((0.5 * logVariance).exp() * noise)).detach().MoveToOuterDisposeScope();
        }
    }
}
