using DeepBelief.Sampling;
using DeepBelief.Units;

namespace DeepBelief.Tests.Sampling;

public sealed class CancelledChainTests
{
    private const int LastStep = 3;

    [Fact]
    public void Chains_of_a_model_stop_before_their_next_step()
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Rbm.Bernoulli(4, 3);
        var states = torch.zeros(5, 4);
        var gaps = torch.full(5, 4, double.NaN, ScalarType.Float32);
        var mask = torch.zeros(1, 4, ScalarType.Bool);
        StopsAfterThreeSteps(rbm, (model, token) => MarkovChain.Run(model, states, 10, cancellationToken: token));
        StopsAfterThreeSteps(rbm, (model, token) => MarkovChain.RunClamped(model, states, mask, 10, cancellationToken: token));
        StopsAfterThreeSteps(rbm, (model, token) => MarkovChain.FillMissing(model, gaps, 10, cancellationToken: token));
    }

    [Fact]
    public void Samples_of_machines_and_networks_stop_and_leave_nothing_behind()
    {
        using var scope = torch.NewDisposeScope();
        using var first = new CancellationTokenSource();
        var units = new CancellingUnits(3, first);
        using var rbm = new Rbm(new BernoulliUnits(4), units);
        Stops(() => rbm.Sample(5, 10, cancellationToken: first.Token));
        units.Steps.Should().Be(LastStep);

        using var second = new CancellationTokenSource();
        units = new CancellingUnits(3, second);
        using var dbn = new Dbn(new Rbm(new BernoulliUnits(5), new BernoulliUnits(4)), new Rbm(new BernoulliUnits(4), units));
        Stops(() => dbn.Sample(5, 10, cancellationToken: second.Token));
        units.Steps.Should().Be(LastStep);

        using var labels = torch.zeros(5, ScalarType.Int64);
        StopsAfterThreeDraws(hidden => new Dbm(new BernoulliUnits(4), [hidden, new BernoulliUnits(2)]), (dbm, token) => dbm.Sample(5, 10, cancellationToken: token));
        StopsAfterThreeDraws(hidden => new UntiedDbn([Layer()], new Rbm(new BernoulliUnits(4), hidden)), (untied, token) => untied.Sample(5, 10, cancellationToken: token));
        StopsAfterThreeDraws(hidden => new UntiedDbn([Layer()], Top(hidden)), (untied, token) => untied.Sample(labels, 10, cancellationToken: token));
        StopsAfterThreeDraws(Top, (joint, token) => joint.Sample(5, 10, cancellationToken: token));
        StopsAfterThreeDraws(Top, (joint, token) => joint.Sample(labels, 10, cancellationToken: token));
        StopsAfterThreeDraws(
            hidden => new ClassificationDbn([new Rbm(new BernoulliUnits(5), new BernoulliUnits(4))], Top(hidden)),
            (labelled, token) => labelled.Sample(labels, 10, cancellationToken: token));

        static UntiedLayer Layer() => new(new BernoulliUnits(5), new BernoulliUnits(4));

        static ClassificationRbm Top(UnitLayer hidden) => new(new Rbm(new CompositeUnits(new BernoulliUnits(4), new SoftmaxUnits(1, 2)), hidden));
    }

    private static void StopsAfterThreeSteps(Rbm rbm, Func<IConditionalModel, CancellationToken, Tensor> run)
    {
        using var source = new CancellationTokenSource();
        var model = new Cancelling(rbm, source);
        Stops(() => run(model, source.Token));
        model.Steps.Should().Be(LastStep);
    }

    private static void StopsAfterThreeDraws<TModel>(Func<CancellingUnits, TModel> create, Func<TModel, CancellationToken, Tensor> sample)
        where TModel : torch.nn.Module
    {
        using var source = new CancellationTokenSource();
        var units = new CancellingUnits(3, source);
        using var model = create(units);
        Stops(() => sample(model, source.Token));
        units.Steps.Should().Be(LastStep);
    }

    private static void Stops(Func<Tensor> run)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        run.Should().Throw<OperationCanceledException>();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    /// <summary>A machine whose third step cancels the run.</summary>
    private sealed class Cancelling(Rbm rbm, CancellationTokenSource source) : IConditionalModel
    {
        public int Steps { get; private set; }

        public long VisibleSize => rbm.VisibleSize;

        public IEnumerable<Parameter> parameters(bool recurse = true) => rbm.parameters(recurse);

        public Tensor FreeEnergy(Tensor visible) => rbm.FreeEnergy(visible);

        public Tensor Transition(Tensor visible, Generator? generator = null)
        {
            Count();
            return rbm.Transition(visible, generator);
        }

        public Tensor ClampedTransition(Tensor visible, Tensor clamped, Generator? generator = null)
        {
            Count();
            return rbm.ClampedTransition(visible, clamped, generator);
        }

        private void Count()
        {
            if (++Steps == LastStep)
                source.Cancel();
        }
    }

    /// <summary>Bernoulli units whose third draw cancels the run.</summary>
    private sealed class CancellingUnits : UnitLayer
    {
        private readonly BernoulliUnits units;
        private readonly CancellationTokenSource source;

        public CancellingUnits(long size, CancellationTokenSource source)
            : base("cancelling", size)
        {
            units = new BernoulliUnits(size);
            this.source = source;
            RegisterComponents();
        }

        public int Steps { get; private set; }

        public override UnitSupport Support => units.Support;

        public override Tensor Energy(Tensor states) => units.Energy(states);

        public override Tensor CumulantGenerator(Tensor inputs) => units.CumulantGenerator(inputs);

        public override Tensor Mean(Tensor inputs) => units.Mean(inputs);

        public override Tensor Variance(Tensor inputs) => units.Variance(inputs);

        public override Tensor Sample(Tensor inputs, Generator? generator = null)
        {
            if (++Steps == LastStep)
                source.Cancel();
            return units.Sample(inputs, generator);
        }

        public override void AccumulateEnergyGradient(Tensor states, double scale) => units.AccumulateEnergyGradient(states, scale);

        public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale) => units.AccumulateCumulantGradient(inputs, means, scale);

        public override void InitializeFromData(Tensor data) => units.InitializeFromData(data);
    }
}
