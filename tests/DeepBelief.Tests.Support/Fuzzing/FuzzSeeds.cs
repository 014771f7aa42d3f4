using DeepBelief.Units;

namespace DeepBelief.Tests.Support;

/// <summary>Small whole files of every kind, from which broken ones are made.</summary>
internal static class FuzzSeeds
{
    public static IReadOnlyList<byte[]> Make()
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-seeds-");
        try
        {
            var seeds = Fixtures.Names.Select(Fixtures.Bytes).ToList();
            var path = Path.Combine(folder.FullName, "model");
            using var rbm = Rbm.Gaussian(3, 2);
            using var mixed = new Rbm(new CompositeUnits(new GaussianUnits(1), new SoftmaxUnits(1, 2)), new ReluUnits(2));
            using var counts = new Rbm(new BinomialUnits(2, 3), new SpinUnits(2));
            using var dbn = Dbn.Bernoulli(3, 2, 2);
            using var dbm = Dbm.Bernoulli(3, 2, 2);
            using var net = Classifier.Random([3, 4], 2);
            using var autoencoder = dbn.ToAutoencoder();
            using var regressor = dbn.ToRegressor(2);
            using var labelled = ClassificationRbm.Bernoulli(3, 2, 2);
            using var labelledNumbers = new ClassificationRbm(new Rbm(new CompositeUnits(new GaussianUnits(1), new SoftmaxUnits(1, 2)), new BernoulliUnits(2)));
            using var labelledNetwork = ClassificationDbn.Bernoulli([3, 2, 2], 2);
            using var untied = labelledNetwork.Untie();
            using var unlabelled = dbn.Untie();
            foreach (var format in ModelFormat.All)
            {
                foreach (var save in new Action[]
                {
                    () => rbm.Save(path, format), () => mixed.Save(path, format), () => counts.Save(path, format), () => dbn.Save(path, format),
                    () => net.Save(path, format), () => autoencoder.Save(path, format), () => regressor.Save(path, format),
                    () => labelled.Save(path, format), () => labelledNumbers.Save(path, format), () => dbm.Save(path, format),
                    () => labelledNetwork.Save(path, format), () => untied.Save(path, format), () => unlabelled.Save(path, format),
                })
                {
                    if (Holds(save))
                        seeds.Add(File.ReadAllBytes(path));
                }
            }

            return seeds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Not every format holds every model.
    private static bool Holds(Action save)
    {
        try
        {
            save();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
