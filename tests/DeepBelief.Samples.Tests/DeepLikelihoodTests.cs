using System.Globalization;
using System.Text.Json;
using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.DeepLikelihoods;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Pages;
using DeepBelief.Sampling;
using DeepBelief.Tests.Support;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

public sealed class DeepLikelihoodTests
{
    private static readonly TrainingOptions Layer = new() { Epochs = 40, BatchSize = 20 };

    private static readonly DeepLikelihoodRecipe Recipe = new(
        new([24, 8, 6], Layer, Layer with { Epochs = 20 }) { Published = [new("somebody", -12.34)] },
        new([24, 8, 6], new() { Epochs = 40, BatchSize = 20, NegativePhase = new PersistentContrastiveDivergence() }) { Published = [new("somebody else", -8.9, -5.67)] },
        new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(300), SampleSteps = 100 },
        Samples: 20,
        ImportanceSamples: 50);

    [Fact]
    [Trait("Category", "Slow")]
    public void Bounds_are_below_exact_figures_and_better_than_coins()
    {
        using var results = Run();
        using var data = TinyDigits.Split();
        using var scope = torch.NewDisposeScope();
        var test = BitImages.Of(data.TestImages, Bits.Drawn, 2);
        var (network, machine) = (results.Results[0], results.Results[1]);

        // With so few hidden units all can be summed over; log Z is exact in all of the difference.
        var dbn = (Dbn)results.Models[0].Model;
        var exact = DeepLogLikelihood.Exact(dbn, test).Mean;
        network.Bound.Lower.Should().BeLessThan(exact + 0.2).And.BeGreaterThan(exact - 3);
        network.Bracket.Lower.Should().BeApproximately(ExactEnumeration.LogPartition(dbn.TopMachine), 0.3);
        network.Importance!.Upper.Should().BeApproximately(exact, 0.6);
        network.Epochs.Should().Be(60);

        var dbm = (Dbm)results.Models[1].Model;
        var logZ = ExactEnumeration.LogPartition(dbm);
        machine.Bracket.Lower.Should().BeApproximately(logZ, 0.3);
        machine.Bound.Lower.Should().BeApproximately(LogLikelihood.LowerBound(dbm, test, logZ).Mean, 0.5);
        machine.Importance.Should().BeNull();

        // So much would have a coin for each pixel.
        results.Results.Should().OnlyContain(one => one.Bound.Lower > -24 * Math.Log(2) * 0.9);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void What_is_printed_and_written_are_the_figures()
    {
        using var folder = new TemporaryFolder();
        using var outputs = new Outputs();
        using var results = Run(folder: folder.Path, outputs: outputs);
        var network = results.Results[0];

        outputs.Results.Should()
            .Contain($"{Number(network.Bound.Lower)} to {Number(network.Bound.Upper)}").And.Contain("-12.34").And.Contain("-8.90 to -5.67")
            .And.Contain("deep Boltzmann machine 24-8-6");
        var lines = File.ReadAllLines(folder.File("deep_likelihood.csv"));
        lines.Should().HaveCount(3);
        double.Parse(lines[1].Split(',')[2], CultureInfo.InvariantCulture).Should().Be(network.Bound.Lower);
        double.Parse(lines[1].Split(',')[7], CultureInfo.InvariantCulture).Should().Be(network.Importance!.StandardError);
        var json = JsonSerializer.SerializeToElement(results.ToJson()).GetProperty("Models");
        json[0].GetProperty("Bound").GetProperty("Lower").GetDouble().Should().Be(network.Bound.Lower);
        json[1].GetProperty("Forward").GetProperty("LogPartition").GetDouble().Should().Be(results.Results[1].Bracket.Forward.LogPartition);

        static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void What_an_earlier_run_has_trained_is_used_again_and_the_figures_are_the_same()
    {
        using var folder = new TemporaryFolder();
        using var first = Run(checkpoints: folder.Path);
        using var second = Run(checkpoints: folder.Path);
        Directory.GetFiles(folder.Path, "*.pt").Should().HaveCount(2);
        second.Results.Select(one => (one.Bound, one.Importance, one.TrainingTime)).Should().Equal(first.Results.Select(one => (one.Bound, one.Importance, one.TrainingTime)));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Models_of_the_first_seed_are_kept_and_what_is_published_is_shown_once()
    {
        using var results = Run([3, 4]);
        results.Results.Select(one => one.Seed).Should().Equal(3, 3, 4, 4);
        results.Models.Should().HaveCount(2);
        results.ToTable().Rows.Select(row => row[0]).Should().Equal(
            "deep belief network 24-8-6, seed 3",
            "deep belief network 24-8-6, seed 4",
            "somebody",
            "deep Boltzmann machine 24-8-6, seed 3",
            "deep Boltzmann machine 24-8-6, seed 4",
            "somebody else");
        results.Results[2].Bound.Should().NotBe(results.Results[0].Bound);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_page_shows_figures_samples_and_filters()
    {
        using var data = TinyDigits.Data(Images);
        using var results = new DeepLikelihoodResults();
        var few = Recipe with
        {
            Network = new([784, 8, 784], Layer with { Epochs = 2 }, Layer with { Epochs = 2 }) { IsTied = true },
            Machine = new([784, 8, 6], new() { Epochs = 2, BatchSize = 20 }),
        };
        var context = TinyDigits.Context(data);
        new DeepLikelihoodExperiment { Recipe = _ => few }.Run(context, results);
        context.Stages[0].Settings.Select(layer => layer.Text.Contains("turned over", StringComparison.Ordinal)).Should().Equal(false, true);
        var sections = DeepLikelihoodReport.Sections(results).ToList();
        var page = new Page("page", "lead", [.. sections]).ToString();
        page.Contains(Math.Abs(results.Results[1].Bound.Lower).ToString("F2", CultureInfo.InvariantCulture), StringComparison.Ordinal).Should().BeTrue();
        page.Split("<img").Length.Should().Be(1 + 2 + 4, "a picture of samples for each model, and one of filters for each of their layers");
    }

    private static MnistSplit Images()
    {
        using var scope = torch.NewDisposeScope();
        using var split = TinyDigits.Split();
        return new MnistSplit(
            Whole(split.TrainImages), split.TrainLabels.clone().DetachFromDisposeScope(), Whole(split.TestImages), split.TestLabels.clone().DetachFromDisposeScope());

        static torch.Tensor Whole(torch.Tensor images) => torch.cat([images.repeat(1, 32), images.narrow(1, 0, 16)], 1).DetachFromDisposeScope();
    }

    private static DeepLikelihoodResults Run(int[]? seeds = null, string? folder = null, Outputs? outputs = null, string? checkpoints = null)
    {
        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var results = new DeepLikelihoodResults();
        var options = new ExperimentOptions { Seeds = seeds ?? [0], OutputFolder = folder, CheckpointFolder = checkpoints };
        new DeepLikelihoodExperiment { Recipe = _ => Recipe }.Run(TinyDigits.Context(data, options, output: outputs?.Output), results);
        return results;
    }
}
