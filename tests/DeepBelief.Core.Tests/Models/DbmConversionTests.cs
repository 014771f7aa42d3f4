using DeepBelief.Sampling;
using DeepBelief.Tests.Oracles;
using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Models;

/// <summary>What a deep Boltzmann machine becomes: files, copies, an RBM, classifiers.</summary>
public sealed class DbmConversionTests
{
    public static TheoryData<string> Machines => DeepMachines.Names;

    [Theory]
    [MemberData(nameof(Machines))]
    public void Files_and_copies_hold_the_whole_machine(string name)
    {
        using var folder = new TemporaryFolder();
        using var dbm = DeepMachines.Create(name);
        dbm.Visible.parameters().First().requires_grad = false;
        foreach (var format in Formats.General)
        {
            dbm.Save(folder.File("model"), format);
            using var again = Dbm.Load(folder.File("model"));
            CheckpointScenario.Bytes(again).Should().BeEquivalentTo(CheckpointScenario.Bytes(dbm));
            again.Hidden.Select(layer => layer.Description).Should().Equal(dbm.Hidden.Select(layer => layer.Description));
        }

        using var clone = dbm.Clone();
        CheckpointScenario.Bytes(clone).Should().BeEquivalentTo(CheckpointScenario.Bytes(dbm));
        clone.Visible.parameters().First().requires_grad.Should().BeFalse();
        var original = () => dbm.Save(folder.File("model"), ModelFormat.Original);
        original.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_copy_of_an_untrained_machine_of_one_hidden_layer_trains_alike()
    {
        using var scope = torch.NewDisposeScope();
        // Bits that are rarely on scale weights that are still the default ones.
        var rows = Make.Bits(1, 100, 40, 0.02).to(ScalarType.Float32);
        using var dbm = Dbm.Bernoulli(40, 5);
        using var clone = dbm.Clone();
        dbm.Fit(rows, new() { Epochs = 2 });
        clone.Fit(rows, new() { Epochs = 2 });
        CheckpointScenario.Bytes(clone).Should().BeEquivalentTo(CheckpointScenario.Bytes(dbm));
    }

    [Theory]
    [InlineData("4-3-2")]
    [InlineData("4-3-2-3")]
    [InlineData("3 softmax-2-2 binomial")]
    public void As_an_RBM_it_has_the_same_joint_distribution(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create(name);
        using var rbm = dbm.ToRbm();
        foreach (var states in DbmEnumeration.States(dbm).Where((_, i) => i % 3 == 0))
        {
            double[] even = [.. states.Where((_, layer) => layer % 2 == 0).SelectMany(x => x)];
            double[] odd = [.. states.Where((_, layer) => layer % 2 == 1).SelectMany(x => x)];
            var energy = rbm.Energy(torch.tensor(even).unsqueeze(0), torch.tensor(odd).unsqueeze(0)).item<double>();
            energy.Should().BeApproximately(-DbmEnumeration.MinusEnergy(dbm, states), 1e-10);
        }

        // It is a copy: changing it leaves the machine alone.
        var before = CheckpointScenario.Bytes(dbm);
        using (torch.no_grad())
            _ = rbm.Weight.zero_();
        CheckpointScenario.Bytes(dbm).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Missing_values_are_drawn_given_the_known_ones()
    {
        const int Rows = 40_000;
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("3-3-2", seed: 2);
        using var rbm = dbm.ToRbm();
        using var generator = new Generator(3);
        var gaps = torch.tensor(new[] { 1, double.NaN, 0, double.NaN, double.NaN }).repeat(Rows, 1);
        var filled = MarkovChain.FillMissing(rbm, gaps, 40, generator: generator);
        var (off, on) = (DbmEnumeration.MinusFreeEnergy(dbm, [1, 0, 0]), DbmEnumeration.MinusFreeEnergy(dbm, [1, 1, 0]));
        var p = Math.Exp(on) / (Math.Exp(on) + Math.Exp(off));
        filled.select(1, 1).mean().item<double>().Should().BeApproximately(p, 5 * Math.Sqrt(p * (1 - p) / Rows));
    }

    [Fact]
    public void Classifiers_begin_as_inference_does()
    {
        using var scope = torch.NewDisposeScope();
        using var dbm = DeepMachines.Create("4-3-2");
        var rows = Make.Bits(1, 6, 4);
        var (low, high) = (dbm.Hidden[0], dbm.Hidden[1]);
        using var plain = dbm.ToClassifier(classes: 3, seed: 2);
        var first = low.Mean(rows.mm(dbm.Weights[0].t()) * 2);
        Hidden(plain, rows).ShouldBeNear(high.Mean(first.mm(dbm.Weights[1].t())), 1e-12);

        using var augmented = dbm.ToAugmentedClassifier(classes: 3, seed: 2);
        var settings = new MeanField { MostSweeps = 500, Tolerance = 1e-13 };
        var inputs = dbm.WithInferred(rows, settings);
        inputs.narrow(1, 0, 4).ShouldBeNear(rows, 0);
        // Where inference has ended, the net goes on to expect the same.
        Hidden(augmented, inputs).ShouldBeNear(dbm.Transform(rows, settings), 1e-9);

        using var single = Dbm.Bernoulli(4, 3);
        single.Invoking(d => d.ToAugmentedClassifier(3)).Should().Throw<InvalidOperationException>().WithMessage("*two or more hidden layers*");
        single.Invoking(d => d.WithInferred(torch.zeros(1, 4))).Should().Throw<InvalidOperationException>();
        using var rbm = Rbm.Bernoulli(4, 3);
        using var one = single.ToClassifier(3);
        using var other = rbm.ToClassifier(3);
        CheckpointScenario.Bytes(one).Should().BeEquivalentTo(CheckpointScenario.Bytes(other));
    }

    private static Tensor Hidden(Classifier net, Tensor rows) => net.Modules.SkipLast(1).Aggregate(rows, (states, module) => module.call(states));
}
