using System.Buffers.Binary;
using System.Xml.Linq;
using DeepBelief.Experiments;
using DeepBelief.Experiments.DeepLikelihoods;
using DeepBelief.Experiments.Full;
using DeepBelief.Experiments.GenerativeClassifiers;
using DeepBelief.Experiments.ImageSets;
using DeepBelief.Experiments.Pretraining;
using DeepBelief.Experiments.Running;
using DeepBelief.Files;
using DeepBelief.Samples.Data;
using DeepBelief.Tests.MnistProgram;
using DeepBelief.Tests.Support;
using TorchSharp;

namespace DeepBelief.Samples.Tests;

[Collection(TrainsWithDropout.Name)]
public sealed class ImageSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fashion_files_are_read_as_those_of_MNIST_are()
    {
        Write(pixels: 784, label: i => i % 10);

        using var data = FashionImages.Open(folder.Path, torch.CPU);

        data.Whole.TrainImages.shape.Should().Equal(6, 784);
        data.Whole.TestImages.shape.Should().Equal(4, 784);
        data.Whole.TrainLabels.data<long>().Should().Equal(0, 1, 2, 3, 4, 5);
        data.Whole.TestLabels.data<long>().Should().Equal(0, 1, 2, 3);
        data.Whole.TestImages.max().ToDouble().Should().Be(1);
    }

    [Fact]
    public void Fashion_files_that_are_missing_or_others_are_told()
    {
        var open = () => FashionImages.Open(folder.Path, torch.CPU);
        open.Should().Throw<IOException>().WithMessage($"*{folder.Path}*--fashion*train-images-idx3-ubyte*");

        Write(pixels: 100, label: i => i % 10);
        Read().Should().Throw<DataFormatException>().WithMessage("*train-images*784 pixels, found 100.");
        Write(pixels: 784, label: i => i + 6);
        Read().Should().Throw<DataFormatException>().WithMessage("*train-labels*labels from 0 to 9, found 11.");

        Func<MnistSplit> Read() => () =>
        {
            using var data = FashionImages.Open(folder.Path, torch.CPU);
            return data.Whole;
        };
    }

    [Fact]
    public void Published_figures_are_beside_those_of_MNIST_alone()
    {
        FullRecipe.Of(ImageSet.Mnist).Published.Should().NotBeEmpty();
        FullRecipe.Of(ImageSet.Fashion).Published.Should().NotBeEmpty().And.NotIntersectWith(FullRecipe.Of(ImageSet.Mnist).Published);
        FullRecipe.Of(ImageSet.Fashion).Candidates.Should().NotBeEmpty();
        DeepLikelihoodRecipe.Of(ImageSet.Mnist).Machine!.Published.Should().NotBeEmpty();
        var deep = DeepLikelihoodRecipe.Of(ImageSet.Fashion);
        deep.Network!.Published.Concat(deep.Machine!.Published).Should().BeEmpty();
        GenerativeClassifierRecipe.Of(ImageSet.Mnist).Published.Should().NotBeEmpty();
        GenerativeClassifierRecipe.Of(ImageSet.Fashion).Published.Should().BeEmpty();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Files_and_the_page_say_which_images_were_learned()
    {
        using var data = TinyImages.Create();
        using var outputs = new Outputs();
        using var results = new FullResults();
        var settings = new FineTuning("plain", new DropoutRates(), 0.01, BatchSize: 20);
        var recipe = new FullRecipe(40, new FullCandidate(new BeliefNetwork(TinyDigits.Dbn with { Sizes = [784, 16, 16] }), settings, TrialEpochs: 2, Epochs: 3));
        var options = new ExperimentOptions
        {
            Experiment = new FullExperiment { Recipe = images => images == ImageSet.Fashion ? recipe : throw new InvalidOperationException("Not to be asked for.") },
            Images = ImageSet.Fashion,
            OutputFolder = folder.File("results"),
            CheckpointFolder = folder.File("checkpoints"),
        };
        Directory.CreateDirectory(options.OutputFolder);

        var run = ExperimentRun.Run(options, data, outputs.Output, results, default);
        var page = XDocument.Parse(RunReport.Create(run, data)).Root!;

        run.Status.Should().Be(RunStatus.Complete);
        Directory.GetFiles(options.OutputFolder).Select(Path.GetFileName).Should().Equal("fashion_full.csv");
        Directory.GetFiles(options.CheckpointFolder).Select(Path.GetFileName).Should().ContainSingle().Which.Should().StartWith("fashion-whole-seed0-");
        page.Descendants("h1").Single().Value.Should().StartWith("Fashion-MNIST: ");
        page.Descendants("header").Single().Value.Should().Contain("photographs of clothes");
        page.Descendants("section").Single(section => section.Element("h2")!.Value == "Mistakes").Descendants("tbody").First().Elements("tr").Select(row => row.Element("th")!.Value)
            .Should().Equal("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot");
        page.Descendants("tbody").First().Elements("tr").Should().ContainSingle("nothing published is of these images");
        page.Descendants("pre").Single().Value.Should().Contain("--images fashion");
        outputs.Results.Should().Contain("Experiment full on Fashion-MNIST");
        RunJson.Format(run).Should().Contain("\"images\": \"fashion\"");
    }

    [Fact]
    public void The_same_training_on_other_images_is_kept_in_another_file()
    {
        var (digits, clothes) = (new CheckpointFolder(folder.Path), new CheckpointFolder(folder.Path) { Images = ImageSet.Fashion });

        Path.GetFileName(digits.FileOf("dbn", 1, torch.CPU, ["a"])).Should().StartWith("dbn-seed1-");
        Path.GetFileName(clothes.FileOf("dbn", 1, torch.CPU, ["a"])).Should().StartWith("fashion-dbn-seed1-");
    }

    private void Write(int pixels, Func<int, int> label)
    {
        var side = (int)Math.Sqrt(pixels);
        foreach (var (file, rows) in MnistFile.All.Zip([6, 6, 4, 4]))
        {
            var isImages = file.Name.Contains("images", StringComparison.Ordinal);
            int[] header = isImages ? [0x803, rows, side, side] : [0x801, rows];
            var content = new byte[(4 * header.Length) + (rows * (isImages ? pixels : 1))];
            foreach (var (i, value) in header.Index())
                BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 * i), value);
            for (var i = 4 * header.Length; i < content.Length; i++)
                content[i] = isImages ? (byte)255 : (byte)label(i - (4 * header.Length));
            File.WriteAllBytes(folder.File(file.Name), content);
        }
    }
}
