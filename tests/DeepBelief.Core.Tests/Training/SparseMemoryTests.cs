using DeepBelief.Tests.Support;

namespace DeepBelief.Tests.Training;

public sealed class SparseMemoryTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Category", "Slow")]
    public void Training_takes_far_less_memory_than_the_dense_rows(bool withLabels)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads the process's peak from /proc.");
        using var scope = torch.NewDisposeScope();
        // 4 GB as a dense matrix.
        const int Rows = 50_000, Columns = 20_000;
        var number = torch.arange((long)Rows);
        var places = torch.stack([number, number.remainder(Columns)]);
        var texts = torch.sparse_coo_tensor(places, torch.ones(Rows), [Rows, Columns]);
        using var rbm = Rbm.Bernoulli(Columns, 2, seed: 1);
        using var classifier = rbm.ToClassifier(classes: 2, seed: 1);

        var peak = new PeakMemory();
        if (withLabels)
            _ = classifier.FitClassifier(texts, number.remainder(2), new() { Epochs = 1, BatchSize = 100 });
        else
            _ = rbm.Fit(texts, new() { Epochs = 1, BatchSize = 100 });
        peak.Rise.Should().BeLessThan(1000);
    }
}
