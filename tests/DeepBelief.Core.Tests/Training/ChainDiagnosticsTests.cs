using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using DeepBelief.Training;

namespace DeepBelief.Tests.Training;

/// <summary>What a history says of the chains.</summary>
public sealed class ChainDiagnosticsTests
{
    private static readonly PersistentContrastiveDivergence Chains = new(1, 50);

    [Theory]
    [InlineData(40, true)]
    [InlineData(0, false)]
    public void Chains_that_hardly_move_have_a_warning(double weight, bool isWarned)
    {
        using var scope = torch.NewDisposeScope();
        using var rbm = Make.AllOrNone(weight);
        var data = torch.cat([torch.ones(50, 4, ScalarType.Float64), torch.zeros(50, 4, ScalarType.Float64)]);
        var options = new TrainingOptions { Epochs = 4, LearningRate = 1e-12, InitializeFromData = false, NegativePhase = new PersistentContrastiveDivergence(1, 100) { Jumps = false, WarmUp = 0 } };
        var history = rbm.Fit(data, options);
        if (isWarned)
            history.Warning.Should().Match("The chains hardly move: * correlation of 1.00 *ParallelTempering.");
        else
            history.Warning.Should().BeNull();
        rbm.Fit(data, options with { NegativePhase = new ContrastiveDivergence() }).Warning.Should().BeNull("there are no chains");
    }

    [Fact]
    public void Ordinary_training_has_no_warning()
    {
        var set = SmallSets.Get("bars 3x3");
        using var rows = set.Rows();
        using var rbm = set.NewRbm(rows.shape[1], 1);
        var history = rbm.Fit(rows, new() { Epochs = 100, Seed = 1 });
        history.Warning.Should().BeNull();
        history.Epochs.Select(e => e.Diagnostics["chain_correlation"]).Should().OnlyContain(c => c < 0.8, "there is room to the threshold");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void The_last_three_epochs_decide(int stuck, bool isWarned)
    {
        var epochs = Enumerable.Range(1, 6).Select(epoch => new UpDownMetrics(epoch, 0.1, 0.2, null, null, default)
        {
            Diagnostics = new Dictionary<string, double> { ["chain_correlation"] = epoch > 6 - stuck ? 0.95 : 0.1 },
        }).ToArray();
        (new TrainingHistory<UpDownMetrics>(epochs, 6, false).Warning is not null).Should().Be(isWarned);
        new TrainingHistory<UpDownMetrics>([], 0, false).Warning.Should().BeNull();
    }

    [Fact]
    public void Machines_with_labels_report_on_their_chains_unless_these_stand_still()
    {
        using var scope = torch.NewDisposeScope();
        using var rows = CheckpointScenario.Data();
        var labels = torch.arange(rows.shape[0]).remainder(2);
        using var folder = new TemporaryFolder();
        var options = new ClassificationRbmOptions { Epochs = 2, DiscriminativeWeight = 0, GenerativeWeight = 1, NegativePhase = Chains, Checkpoint = new() { Path = folder.File("run") } };
        using var machine = ClassificationRbm.Bernoulli(6, 4, 2, seed: 1);
        var epochs = machine.Fit(rows, labels, options).Epochs;
        ShouldReport(epochs);
        using var again = ClassificationRbm.Bernoulli(6, 4, 2, seed: 1);
        again.Fit(rows, labels, options).Epochs.Should().Equal(epochs, "the file has the diagnostics");

        using var alone = ClassificationRbm.Bernoulli(6, 4, 2, seed: 1);
        var discriminative = alone.Fit(rows, labels, options with { DiscriminativeWeight = 1, GenerativeWeight = 0, Checkpoint = null });
        discriminative.Last.Diagnostics.Should().BeEmpty();
        discriminative.Warning.Should().BeNull();

        using var network = ClassificationDbn.Bernoulli([6, 4, 3], 2, seed: 1);
        ShouldReport(network.Fit(rows, labels, new() { Epochs = 2, Top = options with { Checkpoint = null } }).Top.Epochs);
    }

    [Fact]
    public void Fine_tuning_reports_on_the_chains_of_the_top()
    {
        using var rows = CheckpointScenario.Data();
        using var folder = new TemporaryFolder();
        using var dbn = Dbn.Bernoulli(6, 4, 3);
        using var network = dbn.Untie();
        using var again = dbn.Untie();
        var options = new UpDownOptions { Epochs = 2, NegativePhase = Chains, Checkpoint = new() { Path = folder.File("run") } };
        var epochs = network.Fit(rows, options: options).Epochs;
        ShouldReport(epochs);
        again.Fit(rows, options: options).Epochs.Should().Equal(epochs, "the file has the diagnostics");
    }

    private static void ShouldReport(IEnumerable<IEpochMetrics> epochs)
    {
        foreach (var epoch in epochs)
        {
            epoch.Diagnostics.Keys.Should().Equal("chain_correlation", "jump_acceptance");
            epoch.Diagnostics["chain_correlation"].Should().BeInRange(-1, 1);
            epoch.Diagnostics["jump_acceptance"].Should().BeInRange(0, 1);
        }
    }
}
