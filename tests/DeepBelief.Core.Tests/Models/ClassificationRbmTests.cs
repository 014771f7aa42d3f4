using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Tests.Models;

public sealed class ClassificationRbmTests
{
    [Fact]
    public void The_probability_of_a_class_is_that_of_the_joint_distribution()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small();
        var visible = Enumeration.Matrix(Make.Bits(1, 5, 3));
        var hidden = Enumeration.Matrix(Enumeration.States(3));

        // log Σ_h exp(-E(v, y, h)) of each class, one state after the other.
        var expected = visible.SelectMany(v =>
        {
            var logs = Enumerable.Range(0, 4).Select(y => Enumeration.LogSumExp(hidden.Select(h => MinusEnergy(model, v, y, h)))).ToArray();
            return logs.Select(log => log - Enumeration.LogSumExp(logs));
        }).ToArray();

        model.forward(Make.Bits(1, 5, 3)).ShouldBeNear(expected, 1e-11);
        expected.Max().Should().BeGreaterThan(-0.7, "all classes alike would prove little");
        Enumeration.Read(model.Predict(Make.Bits(1, 5, 3)).to(ScalarType.Float64))
            .Should().Equal(expected.Chunk(4).Select(row => (double)Array.IndexOf(row, row.Max())));
    }

    [Fact]
    public void Rows_and_labels_are_joined()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ClassificationRbm.Bernoulli(2, 3, 3);
        model.Join(torch.tensor(new[,] { { 1f, 0 }, { 0, 0.5f } }), torch.tensor(new[] { 2L, 0 }))
            .ShouldBeNear([1.0, 0, 0, 0, 1, 0, 0.5, 1, 0, 0], 0);
        (model.VisibleSize, model.Classes, model.Joint.VisibleSize, model.Joint.HiddenSize).Should().Be((2, 3, 5, 3));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 0.3)]
    public void The_gradient_is_that_of_the_objective(double discriminative, double generative)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Small();
        var visible = Make.Bits(2, 6, 3);
        var labels = torch.tensor(new[] { 0L, 1, 2, 3, 1, 1 });
        var joint = model.Join(visible, labels);
        // A negative phase that is known: each state of the model as often as it is likely.
        var states = JointStates();
        var probabilities = model.Joint.FreeEnergy(states).detach().neg().softmax(0);
        var counts = probabilities.mul(200_000).round().to(ScalarType.Int64);
        var phase = new GivenRows(states.repeat_interleave(counts, 0));

        using var rows = new InMemoryBatches(new(visible, labels), Options(phase));
        using var task = new ClassificationRbmTask(model, rows, null, Options(phase), initialize: false);
        task.BeginEpoch(1);
        task.ComputeGradient(1, keep: 0);

        var visibleBias = model.named_parameters().Single(p => p.name == "joint.visible.0.bias").parameter;
        // The exact objective, summed over all states, differentiated by shifting one parameter at a time.
        foreach (var parameter in model.parameters())
        {
            var gradient = Enumeration.Read(parameter.grad ?? torch.zeros_like(parameter));
            for (var i = 0; i < gradient.Length; i++)
            {
                const double Shift = 1e-5;
                gradient[i].Should().BeApproximately((At(parameter, i, Shift) - At(parameter, i, -Shift)) / (2 * Shift), 5e-6 + (generative * 1e-4));
            }

            // The probability of a class knows nothing of the visible biases.
            if (generative > 0 || !ReferenceEquals(parameter, visibleBias))
                gradient.Max(Math.Abs).Should().BeGreaterThan(0.01);
        }

        double At(Parameter parameter, int index, double shift)
        {
            using var noGrad = torch.no_grad();
            var place = parameter.reshape(-1).narrow(0, index, 1);
            _ = place.add_(shift);
            var logJoint = model.Joint.FreeEnergy(joint).neg() - model.Joint.FreeEnergy(states).neg().logsumexp(0);
            // p(y | v) from p(v, y) alone.
            var others = torch.cat([.. Enumerable.Range(0, 4).Select(y =>
                model.Joint.FreeEnergy(model.Join(visible, torch.full_like(labels, y))).neg().unsqueeze(1))], 1);
            var logConditional = model.Joint.FreeEnergy(joint).neg() - others.logsumexp(1);
            _ = place.sub_(shift);
            return -(discriminative * logConditional.mean().ToDouble()) - (generative * logJoint.mean().ToDouble());
        }

        ClassificationRbmOptions Options(NegativePhase negative) => new()
        {
            DiscriminativeWeight = discriminative,
            GenerativeWeight = generative,
            NegativePhase = negative,
        };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_gradient_in_closed_form_is_that_of_autograd(bool labelsAreTrained)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ClassificationRbm.Bernoulli(7, 19, 4);
        Make.Randomise(model, 5, 0.7);
        using var exact = ClassificationRbm.Bernoulli(7, 19, 4, dtype: ScalarType.Float64);
        foreach (var (to, from) in exact.parameters().Zip(model.parameters()))
            Assign(to, from);
        // What is held fixed gets no gradient, and what was there before stays.
        Fixed(model).requires_grad = labelsAreTrained;
        Fixed(exact).requires_grad = labelsAreTrained;
        model.Joint.Weight.grad = torch.ones_like(model.Joint.Weight);
        exact.Joint.Weight.grad = torch.ones_like(exact.Joint.Weight);
        var labels = torch.tensor(new[] { 0L, 1, 2, 3, 1, 1 });

        model.AccumulateGradient(Make.Bits(2, 6, 7).to(ScalarType.Float32), labels, 1.7);
        exact.AccumulateGradient(Make.Bits(2, 6, 7), labels, 1.7);

        foreach (var ((name, one), other) in model.named_parameters().Zip(exact.parameters()))
        {
            if (other.grad is { } gradient)
                one.grad!.ShouldBeNear(Enumeration.Read(gradient), 1e-6);
            else
                (one.grad is null).Should().BeTrue("autograd gives {0} none either", name);
        }

        (Fixed(model).grad is not null).Should().Be(labelsAreTrained);
        exact.Joint.Weight.grad.sub(1).abs().max().ToDouble().Should().BeGreaterThan(0.05);

        static Parameter Fixed(ClassificationRbm model) => model.named_parameters().Single(p => p.name == "joint.visible.1.bias").parameter;

        static void Assign(Parameter to, Parameter from)
        {
            using var noGrad = torch.no_grad();
            _ = to.copy_(from);
        }
    }

    [Fact]
    public void Without_a_graph_the_probabilities_are_the_same()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ClassificationRbm.Bernoulli(7, 19, 4);
        Make.Randomise(model, 5, 0.7);
        var rows = Make.Bits(2, 6, 7).to(ScalarType.Float32);
        var expected = Enumeration.Read(model.forward(rows).detach());
        using var noGrad = torch.no_grad();
        model.forward(rows).ShouldBeNear(expected, 1e-5);
    }

    [Fact]
    public void Persistent_chains_learn_classes_that_no_linear_rule_separates_when_the_learning_rate_falls()
    {
        using var scope = torch.NewDisposeScope();
        var (visible, labels) = Groups(1000, seed: 4);
        using var model = ClassificationRbm.Bernoulli(8, 30, 2, WeightInitialization.Normal(0.3), seed: 1);

        var history = model.Fit(visible, labels, new()
        {
            Epochs = 30,
            BatchSize = 50,
            LearningRate = Schedule.Linear(0.05, 0.005),
            Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 },
            DiscriminativeWeight = 0,
            GenerativeWeight = 1,
            NegativePhase = new PersistentContrastiveDivergence(1, 100),
        });

        history.Last.Train.Accuracy.Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void Chains_may_keep_the_rows_that_they_start_at()
    {
        using var scope = torch.NewDisposeScope();
        var (visible, labels) = Groups(100, seed: 4);
        using var model = ClassificationRbm.Bernoulli(8, 4, 2);
        var history = model.Fit(visible, labels, new() { Epochs = 2, GenerativeWeight = 1, NegativePhase = new KeptRows() });
        history.Epochs.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_row_of_weight_two_is_learned_as_two_rows(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Make.Bits(1, 4, 5).to(type);
        var labels = torch.tensor([0L, 1, 1, 2]);
        var copies = torch.tensor([0L, 0, 2, 3]);
        // The exact gradient of -log p(y | v) alone, so that no chain differs.
        var options = new ClassificationRbmOptions { Epochs = 3, BatchSize = 4, LearningRate = 0.5, GenerativeWeight = 0, EvaluationRows = 4 };
        using var weighted = ClassificationRbm.Bernoulli(5, 3, 3, dtype: type);
        using var copied = ClassificationRbm.Bernoulli(5, 3, 3, dtype: type);
        var history = weighted.Fit(rows, labels, options, weights: torch.tensor([2f, 0, 1, 1]));
        var expected = copied.Fit(rows.index_select(0, copies), labels.index_select(0, copies), options);
        foreach (var (a, b) in weighted.parameters().Zip(copied.parameters()))
            a.ShouldBeNear(b, 1e-5);
        history.Last.Train.Loss.Should().BeApproximately(expected.Last.Train.Loss, 1e-5);
    }

    [Fact]
    public void Generative_training_draws_rows_as_often_as_their_weights_say()
    {
        using var scope = torch.NewDisposeScope();
        var (visible, labels) = Groups(400, seed: 4);
        var weights = labels.eq(1).to(ScalarType.Float32) * 8 + 1;
        using var model = ClassificationRbm.Bernoulli(8, 6, 2);
        _ = model.Fit(visible, labels, new() { Epochs = 30, GenerativeWeight = 1, DiscriminativeWeight = 0 }, weights: weights);
        using var generator = new Generator(1);
        var drawn = model.Joint.Sample(count: 2000, steps: 100, generator: generator);
        var expected = (weights * labels).sum().ToDouble() / weights.sum().ToDouble();
        // Labels are the last two units.
        drawn.select(1, 9).mean().ToDouble().Should().BeApproximately(expected, 0.05);
        expected.Should().BeGreaterThan(0.8);
    }

    [Fact]
    public void Generative_training_learns_classes()
    {
        using var scope = torch.NewDisposeScope();
        var (visible, differ) = Groups(1000, seed: 4);
        // Four classes: which groups are ones.
        var first = visible.narrow(1, 0, 4).sum(1).gt(2).to(ScalarType.Int64);
        var labels = (2 * first) + (first - differ).abs();
        using var model = ClassificationRbm.Bernoulli(8, 10, 4, seed: 1);

        var history = model.Fit(visible, labels, new() { Epochs = 30, BatchSize = 50, DiscriminativeWeight = 0, GenerativeWeight = 1, EvaluationRows = 1000 });

        history.Last.Train.Accuracy.Should().BeGreaterThan(0.93);
        history.Epochs[0].Train.Accuracy.Should().BeLessThan(0.8);
        history.Last.Train.Accuracy.Should().Be(model.Score(visible, labels).Accuracy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void It_learns_classes_that_no_linear_rule_separates(double generative)
    {
        using var scope = torch.NewDisposeScope();
        var (visible, labels) = Groups(1000, seed: 4);
        var (testVisible, testLabels) = Groups(500, seed: 5);
        using var model = ClassificationRbm.Bernoulli(8, 30, 2, WeightInitialization.Normal(0.3), seed: 1);

        var history = model.Fit(
            visible,
            labels,
            new()
            {
                Epochs = 40,
                BatchSize = 50,
                LearningRate = 0.1,
                Optimizer = new SgdSettings { Momentum = 0.9, WeightDecay = 0 },
                GenerativeWeight = generative,
                NegativePhase = new PersistentContrastiveDivergence(1, 100),
            },
            (testVisible, testLabels));

        history.Last.Validation!.Accuracy.Should().BeGreaterThan(0.95);
        history.Last.Validation.Should().Be(model.Score(testVisible, testLabels));
        history.Epochs[0].Validation!.Accuracy.Should().BeLessThan(0.8);
    }

    [Fact]
    public void Holding_the_label_draws_rows_of_its_class()
    {
        const int Chains = 40_000;
        using var scope = torch.NewDisposeScope();
        using var model = Small();
        var start = model.Join(torch.zeros(Chains, 3, ScalarType.Float64), torch.full(new long[] { Chains }, 2, ScalarType.Int64));
        var clamped = torch.tensor(new[] { false, false, false, true, true, true, true }).unsqueeze(0);
        using var generator = new Generator(6);

        var states = MarkovChain.RunClamped(model.Joint, start, clamped, 40, generator);

        var rows = Enumeration.States(3);
        var exact = Enumeration.Read(model.Joint.FreeEnergy(model.Join(rows, torch.full(new long[] { 8 }, 2, ScalarType.Int64))).neg().softmax(0));
        var numbers = states.narrow(1, 0, 3).mv(torch.tensor(new[] { 1.0, 2, 4 })).to(ScalarType.Int64);
        var counts = Enumeration.Read(torch.bincount(numbers, minlength: 8));
        for (var s = 0; s < 8; s++)
            (counts[s] / Chains).Should().BeApproximately(exact[s], 5 * Math.Sqrt(exact[s] * (1 - exact[s]) / Chains));
    }

    [Fact]
    public void A_machine_that_was_saved_is_a_classifier_again()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Small();
        model.Joint.Save(folder.File("joint.pt"));

        using var again = new ClassificationRbm(Rbm.Load(folder.File("joint.pt")));

        Near.SameBits(again.forward(Make.Bits(7, 4, 3)), model.forward(Make.Bits(7, 4, 3))).Should().BeTrue();
    }

    [Fact]
    public void An_interrupted_run_goes_on()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (visible, labels) = Groups(60, seed: 8);
        var options = new ClassificationRbmOptions { Epochs = 4, BatchSize = 12, NegativePhase = new PersistentContrastiveDivergence(1, 7) };
        using var straight = ClassificationRbm.Bernoulli(8, 4, 2, seed: 3);
        var expected = straight.Fit(visible, labels, options);
        var saved = options with { Checkpoint = new() { Path = folder.File("run"), AllowChanges = true } };

        using var broken = ClassificationRbm.Bernoulli(8, 4, 2, seed: 3);
        var fit = () => broken.Fit(visible, labels, saved, progress: new Interruption(2));
        fit.Should().Throw<Exception>();
        using var resumed = ClassificationRbm.Bernoulli(8, 4, 2, seed: 9);
        var history = resumed.Fit(visible, labels, saved);

        history.Epochs.Select(e => e with { Elapsed = default }).Should().Equal(expected.Epochs.Select(e => e with { Elapsed = default }));
        foreach (var (a, b) in resumed.parameters().Zip(straight.parameters()))
            Near.SameBits(a, b).Should().BeTrue();
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = Rbm.Bernoulli(4, 2);
        var wrap = () => new ClassificationRbm(plain);
        wrap.Should().Throw<ArgumentException>().WithParameterName("joint");
        using var model = ClassificationRbm.Bernoulli(2, 3, 2);
        var rows = torch.zeros(3, 2);
        Refused(() => model.Fit(rows, torch.tensor(new[] { 0L, 1, 2 })), "labels", "Expected labels in [-1, 1], found labels in [0, 2].*");
        Refused(() => model.Fit(rows, torch.full(3, -1, ScalarType.Int64)), "labels", "*at least one row with a label*");
        Refused(() => model.Fit(rows, torch.tensor(new[] { 0L, -1, 1 }), weights: torch.tensor(new[] { 0f, 1, 0 })), "labels", "*with a label and a weight above 0, found none*");
        Refused(() => model.Fit(rows, torch.tensor(new[] { 0L, -1, 1 }), new() { GenerativeWeight = 0 }), "GenerativeWeight", "*rows without a label*");
        Refused(() => model.Fit(rows, torch.zeros(3, ScalarType.Int64), validation: (rows, torch.tensor(new[] { 0L, -1, 1 }))), "validation", "*[0, 1]*");
        Refused(() => model.Fit(rows + 2, torch.zeros(3, ScalarType.Int64)), "visible", "*in [0, 1]*");
        Refused(() => model.Fit(torch.zeros(3, 4), torch.zeros(3, ScalarType.Int64)), "visible", "*[batch, 2], found [3, 4].*");
        Refused(() => model.Fit(rows, torch.zeros(3, ScalarType.Int64), new() { GenerativeWeight = -1 }), "GenerativeWeight", "*");
        Refused(() => model.Fit(rows, torch.zeros(3, ScalarType.Int64), new() { GenerativeWeight = 0, DiscriminativeWeight = 0 }), "GenerativeWeight", "*");

        static void Refused(Func<object> call, string name, string message)
            => call.Should().Throw<ArgumentException>().WithParameterName(name).WithMessage(message);
    }

    private static ClassificationRbm Small()
    {
        var units = new CompositeUnits(new BernoulliUnits(3), new SoftmaxUnits(1, 4));
        var model = new ClassificationRbm(new Rbm(units, new BernoulliUnits(3)));
        _ = model.to(ScalarType.Float64);
        Make.Randomise(model, 3, 1.2);
        return model;
    }

    /// <summary>Two groups of four bits that agree but for one in twenty; the class says whether the groups differ.</summary>
    private static (Tensor Visible, Tensor Labels) Groups(int rows, int seed)
    {
        var groups = Make.Bits(seed, rows, 2);
        var visible = groups.repeat_interleave(torch.tensor(new[] { 4L, 4 }), 1).ne(Make.Bits(seed + 100, rows, 8, 0.05));
        return (visible.to(ScalarType.Float32), groups.select(1, 0).ne(groups.select(1, 1)).to(ScalarType.Int64));
    }

    private static Tensor JointStates()
    {
        var rows = Enumeration.States(3).repeat_interleave(torch.full(new long[] { 8 }, 4, ScalarType.Int64), 0);
        return torch.cat([rows, torch.eye(4, dtype: ScalarType.Float64).repeat(8, 1)], 1);
    }

    private static double MinusEnergy(ClassificationRbm model, double[] v, int y, double[] h)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var weight = Enumeration.Matrix(parameters["joint.weight"]);
        var total = Dot(Enumeration.Read(parameters["joint.visible.0.bias"]), v) + Enumeration.Read(parameters["joint.visible.1.bias"])[y]
            + Dot(Enumeration.Read(parameters["joint.hidden.bias"]), h);
        for (var j = 0; j < h.Length; j++)
            total += h[j] * (Dot(weight[j], v) + weight[j][v.Length + y]);
        return total;

        static double Dot(double[] a, double[] b) => a.Zip(b, (x, z) => x * z).Sum();
    }
}
