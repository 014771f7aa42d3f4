using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using DeepBelief.Evaluation;
using DeepBelief.Experiments;
using DeepBelief.Experiments.Likelihood;
using DeepBelief.Samples.Data;
using DeepBelief.Samples.Reporting.Output;
using DeepBelief.Sampling;
using DeepBelief.Training;
using TorchSharp;
using DeepBelief.Tests.Support;

namespace DeepBelief.Samples.Tests;

public sealed class LikelihoodTests
{
    private static readonly TrainingOptions Training = new() { Epochs = 150, BatchSize = 20, LearningRate = Schedule.Linear(0.05, 0.001), NegativePhase = new ParallelTempering(3, 20) };
    private static readonly LikelihoodMachine Small = new("small", 6, Bits.Drawn, Training) { Published = [new("somebody", -12.34)] };
    private static readonly LikelihoodMachine Large = new("large", 30, Bits.Threshold, Training) { Published = [new("somebody else", -5.67, -8.9)] };
    private static readonly LikelihoodRecipe Recipe = new([Small, Large], new AnnealingOptions { Schedule = AnnealingSchedule.Uniform(300), SampleSteps = 100 }, MeasuredTrainingRows: 50);

    [Fact]
    [Trait("Category", "Slow")]
    public void Figures_are_exact_for_few_hidden_units_and_a_bracket_for_many()
    {
        using var results = Run();
        using var data = Wide();
        using var scope = torch.NewDisposeScope();

        var (small, large) = (results.Machines[0], results.Machines[1]);
        var rbm = results.Models[0].Dbn.Layers[0];
        small.LogPartition.Should().Be(ExactEnumeration.LogPartition(rbm));
        small.Bracket.Should().BeNull();
        small.Test.Upper.Should().Be(small.Test.Lower).And.BeApproximately(
            LogLikelihood.Evaluate(rbm, BitImages.Of(data.TestImages, Bits.Drawn, 2), small.LogPartition!.Value).Mean, 1e-9);
        small.Train.Lower.Should().BeApproximately(
            LogLikelihood.Evaluate(rbm, BitImages.Of(data.TrainImages, Bits.Drawn, 1).narrow(0, 0, 50), small.LogPartition!.Value).Mean, 1e-9);

        var exact = large.Bracket!;
        exact.SamplesAreExact.Should().BeFalse();
        exact.IsReliable.Should().BeTrue();
        exact.Gap.Should().BeInRange(-3 * exact.StandardError, 1);
        var energies = results.Models[1].Dbn.Layers[0].FreeEnergy(data.TestImages.ge(0.5).to(torch.ScalarType.Float32)).mean().ToDouble();
        large.Test.Lower.Should().BeApproximately(-energies - Math.Max(exact.Lower, exact.Upper), 1e-4);
        large.Test.Upper.Should().BeApproximately(-energies - Math.Min(exact.Lower, exact.Upper), 1e-4);

        // So much would have a coin for each pixel.
        results.Machines.Should().OnlyContain(one => one.Train.Lower > -30 * Math.Log(2), "something was learned");
        small.Test.Lower.Should().BeGreaterThan(-30 * Math.Log(2), "it holds for other images");
        large.Test.Lower.Should().BeGreaterThan(-30 * Math.Log(2) * 0.8, "there is less noise in these bits");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_test_images_have_a_say_in_nothing_but_their_own_figure()
    {
        using var results = Run();
        using var others = Run(dataOf: () => Wide(testShift: 0.5));
        foreach (var (one, other) in results.Machines.Zip(others.Machines))
        {
            other.Train.Should().Be(one.Train);
            other.Test.Lower.Should().BeLessThan(one.Test.Lower - 1);
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Same_seed_same_figures_and_what_is_published_is_shown_once()
    {
        using var both = Run([1, 2]);
        using var again = Run([2]);
        again.Machines.Select(one => (one.Train, one.Test)).Should().Equal(both.Machines.Skip(2).Select(one => (one.Train, one.Test)));
        both.Machines[2].Test.Should().NotBe(both.Machines[0].Test);
        both.Models.Should().HaveCount(2, "the pictures are of the first seed");
        both.ToTable().Rows.Select(row => row[2]).Should().Equal(
            "small, seed 1", "small, seed 2", "somebody", "large, seed 1", "large, seed 2", "somebody else");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void What_is_printed_and_written_are_the_figures()
    {
        using var folder = new TemporaryFolder();
        using var outputs = new Outputs();
        using var results = Run(folder: folder.Path, outputs: outputs);
        var (small, large) = (results.Machines[0], results.Machines[1]);

        outputs.Results.Should()
            .Contain(Number(small.Test.Lower)).And.Contain("exact").And.Contain("-12.34")
            .And.Contain($"{Number(large.Test.Lower)} to {Number(large.Test.Upper)}").And.Contain("-8.90 to -5.67")
            .And.Contain("accepted swaps between neighbouring temperatures").And.Contain(large.SwapAcceptance[1].ToString("P0", CultureInfo.InvariantCulture));
        large.SwapAcceptance.Should().HaveCount(2).And.OnlyContain(rate => rate > 0 && rate <= 1);

        var lines = File.ReadAllLines(folder.File("likelihood.csv"));
        lines.Should().HaveCount(3);
        lines[2].Should().StartWith("0,30,threshold,large,");
        double.Parse(lines[2].Split(',')[6], CultureInfo.InvariantCulture).Should().Be(large.Test.Lower);

        var json = JsonSerializer.SerializeToElement(results.ToJson()).GetProperty("Machines");
        json[0].GetProperty("Test").EnumerateObject().Select(member => member.Name).Should().Equal("Lower", "Upper", "StandardError");
        json[0].GetProperty("LogPartition").GetDouble().Should().Be(small.LogPartition);
        json[1].GetProperty("Forward").GetProperty("LogPartition").GetDouble().Should().Be(large.Bracket!.Lower);
        json[1].GetProperty("Reverse").GetProperty("LogPartition").GetDouble().Should().Be(large.Bracket.Upper);

        static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_that_is_cancelled_keeps_its_machines()
    {
        using var data = TinyDigits.Data(() => Wide());
        using var cancel = new CancellationTokenSource();
        using var text = new CancellingWriter($"{Large.Title}: annealing", cancel);
        using var results = new LikelihoodResults();
        var output = new RunOutput(Terminal.Create(text, redirected: true), TextWriter.Null);
        var endless = Small with { Training = Training with { Epochs = 1_000_000 } };
        var run = () => new LikelihoodExperiment { Recipe = Recipe with { Machines = [Large, endless] }, Digits = null }
            .Run(TinyDigits.Context(data, output: output, cancellationToken: cancel.Token), results);
        run.Should().Throw<OperationCanceledException>();
        results.Machines.Should().ContainSingle().Which.Machine.Should().Be(Large);
    }

    [Fact]
    public void Bits_are_drawn_with_the_probabilities_of_the_pixels_and_the_same_every_time()
    {
        const int Rows = 20_000;
        using var scope = torch.NewDisposeScope();
        var grey = torch.tensor(new[] { 0f, 0.2f, 0.5f, 0.9f, 1f }).expand(Rows, 5).contiguous();
        var bits = BitImages.Of(grey, Bits.Drawn, 3);
        (bits * (1 - bits)).abs().max().ToDouble().Should().Be(0);
        var means = bits.mean(new long[] { 0 }).data<float>().ToArray();
        foreach (var (mean, p) in means.Zip([0, 0.2, 0.5, 0.9, 1.0]))
            ((double)mean).Should().BeApproximately(p, 5 * Math.Sqrt(p * (1 - p) / Rows) + 1e-6);
        BitImages.Of(grey, Bits.Drawn, 3).bytes.SequenceEqual(bits.bytes).Should().BeTrue();
        BitImages.Of(grey, Bits.Drawn, 4).bytes.SequenceEqual(bits.bytes).Should().BeFalse();
        BitImages.Of(grey.narrow(0, 0, 1), Bits.Threshold, 0).data<float>().ToArray().Should().Equal(0, 0, 1, 1, 1);
    }

    [Fact]
    public void Bits_to_learn_from_are_drawn_anew_in_every_epoch_and_every_row_once()
    {
        using var scope = torch.NewDisposeScope();
        // Rows are told apart by the pixels that are on for certain; the last pixel is even odds.
        var images = torch.cat([torch.eye(40), torch.full(40, 1, 0.5f)], 1);
        using var bits = new RedrawnBits(images, 10, seed: 3);
        bits.Batches.Should().Be(4);
        var (first, second) = (Epoch(bits, 1), Epoch(bits, 2));
        first.narrow(1, 0, 40).sum(dim: 0).eq(1).all().item<bool>().Should().BeTrue();
        first.narrow(1, 40, 1).sum().ToDouble().Should().BeInRange(20 - 16, 20 + 16, "that is five standard deviations");
        second.bytes.SequenceEqual(first.bytes).Should().BeFalse();

        using var again = new RedrawnBits(images, 10, seed: 3);
        again.Read(2, 3).bytes.SequenceEqual(second.narrow(0, 20, 10).contiguous().bytes).Should().BeTrue("a batch does not depend on those read before");
        using var other = new RedrawnBits(images, 10, seed: 4);
        Epoch(other, 1).bytes.SequenceEqual(first.bytes).Should().BeFalse();

        static torch.Tensor Epoch(RedrawnBits of, int epoch) => torch.cat([.. Enumerable.Range(1, of.Batches).Select(batch => of.Read(epoch, batch))], 0);
    }

    [Fact]
    public void Digits_move_by_a_pixel_to_four_sides_and_out_of_the_picture()
    {
        using var scope = torch.NewDisposeScope();
        var images = torch.zeros(2, 64);
        images[0, 0] = 7; // The corner above, left.
        images[1, 8 * 3 + 4] = 5;
        var moved = DigitsRun.Moved(images).view(5, 2, 8, 8);
        moved.shape.Should().Equal(5, 2, 8, 8);
        On(0).Should().Equal((0, 0), (3, 4));
        On(1).Should().Equal((3, 3));
        On(2).Should().Equal((0, 1), (3, 5));
        On(3).Should().Equal((2, 4));
        On(4).Should().Equal((1, 0), (4, 4));
        moved.sum().ToDouble().Should().Be((3 * 7) + (5 * 5));

        IEnumerable<(long, long)> On(int copy) => moved[copy].nonzero().data<long>().ToArray().Chunk(3).Select(place => (place[1], place[2]));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Features_of_digits_are_told_apart_and_the_file_is_found_in_the_users_folder()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 200).Select(i => string.Join(',', Pixels(i).Append(i % 10)));
        Write(folder.File(DigitsFile.Name), string.Join('\n', lines));
        DigitsFile.Find(folder.Path).Should().Be(folder.File(DigitsFile.Name));

        using var digits = DigitsFile.Read(folder.File(DigitsFile.Name));
        digits.Images.data<float>().ToArray()[..64].Should().Equal(Pixels(0).Select(pixel => (float)pixel));
        digits.Labels.data<long>().ToArray()[..3].Should().Equal(0, 1, 2);

        using var data = TinyDigits.Data(() => TinyDigits.Split());
        var recipe = DigitsRecipe.Default with { Hidden = 40, Features = DigitsRecipe.Default.Features with { Epochs = 50, LearningRate = 0.2 } };
        var result = new DigitsRun(TinyDigits.Context(data), recipe).Run(digits);
        // Chance is 0.1.
        result.Features.Should().BeInRange(0.5, 1);
        result.Pixels.Should().BeInRange(0.5, 1);

        Write(folder.File("short.gz"), "1,2,3");
        var read = () => DigitsFile.Read(folder.File("short.gz"));
        read.Should().Throw<IOException>().WithMessage("*expected 65 columns*found 3*");

        // A block of four by four pixels for each class.
        static IEnumerable<int> Pixels(int digit) => Enumerable.Range(0, 64).Select(i => (i / 8 / 2 == digit % 10 / 3) && (i % 8 / 2 == digit % 10 % 3 + (digit % 10 / 9)) ? 10 + (digit % 7) : 0);

        static void Write(string path, string text)
        {
            using var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
            writer.Write(text);
        }
    }

    private static LikelihoodResults Run(int[]? seeds = null, Func<MnistSplit>? dataOf = null, string? folder = null, Outputs? outputs = null)
    {
        using var data = TinyDigits.Data(dataOf ?? (() => Wide()));
        var results = new LikelihoodResults();
        var options = new ExperimentOptions { Seeds = seeds ?? [0], OutputFolder = folder };
        new LikelihoodExperiment { Recipe = Recipe, Digits = null }.Run(TinyDigits.Context(data, options, output: outputs?.Output), results);
        return results;
    }

    /// <summary>30 pixels, too many to list their states, between 0.1 and 0.9.</summary>
    private static MnistSplit Wide(double testShift = 0)
    {
        using var scope = torch.NewDisposeScope();
        using var split = TinyDigits.Split();
        return new MnistSplit(
            Grey(split.TrainImages).DetachFromDisposeScope(), split.TrainLabels.clone().DetachFromDisposeScope(),
            Grey(split.TestImages).add(testShift).remainder(1).DetachFromDisposeScope(), split.TestLabels.clone().DetachFromDisposeScope());

        static torch.Tensor Grey(torch.Tensor images) => torch.cat([images, images.narrow(1, 0, 6)], 1) * 0.8 + 0.1;
    }
}
