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
