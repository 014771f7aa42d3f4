#region usings
using DeepBelief;
using DeepBelief.Data;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>Data loaders, data sets and sequences, in docs/training.md.</summary>
public sealed class LoaderSnippets : Support.SnippetTests
{
    [Fact]
    public void Loaders_data_sets_and_sequences_are_sources()
    {
        var (images, labels) = Support.Toy.Images(600, seed: 1);
        using var rbm = Rbm.Bernoulli(visible: 784, hidden: 10);
        using var net = Classifier.Random([784, 20], classes: 10);
        using var dataset = new Photos(images, labels);

        #region loader
        using var loader = utils.data.DataLoader(
            dataset, batchSize: 100, shuffle: true, seed: 1, num_worker: 2, disposeDataset: false);
        rbm.Fit(loader.ToBatchSource(batch => batch["data"].flatten(1)));
        net.FitClassifier(loader.ToBatchSource(batch => (batch["data"].flatten(1), batch["label"])));
        #endregion

        #region dataset
        rbm.Fit(dataset.ToBatchSource(batchSize: 100, item => item["data"].flatten(), seed: 1));
        #endregion

        #region sequence
        rbm.Fit(Rows().ToBatchSource(batchSize: 100, count: 600));

        IEnumerable<float[]> Rows()
        {
            foreach (var line in File.ReadLines("rows.csv"))
                yield return [.. line.Split(',').Select(float.Parse)];
        }
        #endregion

        net.Score(images, labels).Accuracy.Should().BeGreaterThan(0.9);
        dataset.Reads.Should().Be(600 * 30);
    }

    private sealed class Photos : utils.data.Dataset
    {
        private readonly Tensor images;
        private readonly Tensor labels;
        private int reads;

        public Photos(Tensor images, Tensor labels)
        {
            (this.images, this.labels) = (images, labels);
            File.WriteAllLines("rows.csv", images.data<float>().ToArray().Chunk(784).Select(row => string.Join(',', row)));
        }

        public int Reads => reads;

        public override long Count => images.shape[0];

        public override Dictionary<string, Tensor> GetTensor(long index)
        {
            Interlocked.Increment(ref reads);
            return new() { ["data"] = images.select(0, index).reshape(28, 28), ["label"] = labels.select(0, index) };
        }
    }
}
