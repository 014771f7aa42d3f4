#region usings
using DeepBelief;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>README.md, with the usings that it states; and that nothing of ours clashes with torch's names under them.</summary>
public sealed class ReadmeSnippets : Support.SnippetTests
{
    [Fact]
    public void The_program_learns_that_the_second_half_repeats_the_first()
    {
        var lines = Printed(Program);

        lines.Should().HaveCount(3);
        var errors = lines[0].Split(' ').Where(word => double.TryParse(word, out _)).Select(double.Parse).ToArray();
        errors.Should().HaveCount(2);
        errors[0].Should().BeGreaterThan(errors[1]);
        errors[1].Should().BeLessThan(0.1);
        lines[1].Should().Be("features [1000, 16]");
        lines[2].Should().Be("1 0 1 1 1 0 1 1");
        File.Exists("rbm.pt").Should().BeTrue();
    }

    private static void Program()
    {
        #region program
        using var half = rand(1000, 4).round();
        using var data = cat([half, half], 1);            // [1000, 8]: bits 5 to 8 repeat bits 1 to 4
        using var rbm = Rbm.Bernoulli(visible: 8, hidden: 16);
        var history = rbm.Fit(data, new() { Epochs = 60 });
        var (first, last) = (history.Epochs[0], history.Last);
        Console.WriteLine($"error {first.ReconstructionError:f2} -> {last.ReconstructionError:f2}");
        using var features = rbm.HiddenMean(data);        // E[h | v] of every row
        Console.WriteLine($"features [{string.Join(", ", features.shape)}]");
        using var row = tensor(new[,] { { 1f, 0, 1, 1, 1, 0, 1, 1 } });
        Console.WriteLine(string.Join(' ', rbm.Reconstruct(row).round().data<float>()));
        rbm.Save("rbm.pt");                               // Python: torch.load("rbm.pt")["state_dict"]
        #endregion
    }

    [Fact]
    public void A_network_is_pretrained_and_fine_tuned()
    {
        var (images, labels) = Support.Toy.Images(500, seed: 1);
        var (testImages, testLabels) = Support.Toy.Images(200, seed: 2);

        #region classifier
        using var dbn = Dbn.Bernoulli(784, 256, 64);
        dbn.Fit(images, new() { Epochs = 5 });            // layer by layer, without labels
        using var net = dbn.ToClassifier(classes: 10);    // an nn.Module that gives logits
        net.FitClassifier(images, labels, new() { Epochs = 5 }, validation: (testImages, testLabels));
        Console.WriteLine($"accuracy {net.Score(testImages, testLabels).Accuracy:p1}");
        #endregion

        net.Score(testImages, testLabels).Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Any_loop_of_torch_trains_a_classifier()
    {
        var (images, labels) = Support.Toy.Images(500, seed: 1);
        using var dbn = Dbn.Bernoulli(784, 64);
        using var net = dbn.ToClassifier(classes: 10);
        var before = net.Score(images, labels);

        #region own-loop
        using optim.Optimizer optimizer = optim.Adam(net.parameters(), lr: 0.01);
        for (var step = 0; step < 50; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(net.call(images), labels);
            loss.backward();
            optimizer.step();
        }
        #endregion

        before.Loss.Should().BeApproximately(Math.Log(10), 0.3);
        net.Score(images, labels).Loss.Should().BeLessThan(0.3);
    }
}
