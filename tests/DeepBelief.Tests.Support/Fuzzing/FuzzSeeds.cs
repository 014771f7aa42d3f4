using System.IO.Compression;
using DeepBelief.Files;
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
            // Those that are refused whole would mostly be refused broken.
            var seeds = Fixtures.Names.Where(name => !name.StartsWith("refused", StringComparison.Ordinal)).Select(Fixtures.Bytes).ToList();
            seeds.AddRange(Arrays());
            seeds.AddRange(Tables());
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
                    // Thrice, as most of them are for one reader alone.
                    if (Holds(save))
                        seeds.AddRange(Enumerable.Repeat(File.ReadAllBytes(path), 3));
                }
            }

            return seeds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Arrays by themselves, which one reader takes.
    private static List<byte[]> Arrays()
    {
        var arrays = new List<byte[]>();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.Int64, ScalarType.Int16, ScalarType.Byte, ScalarType.Bool })
        {
            using var zeros = torch.zeros(2, 3, dtype: type, device: torch.CPU);
            using var stream = new MemoryStream();
            NpyFile.Save(stream, zeros);
            arrays.Add(stream.ToArray());
            if (type is ScalarType.Float16 or ScalarType.Int64 or ScalarType.Bool)
                continue;
            stream.SetLength(0);
            IdxFile.Save(stream, zeros);
            arrays.AddRange([stream.ToArray(), Compressed(stream.ToArray())]);
        }

        return arrays;
    }

    private static IEnumerable<byte[]> Tables()
    {
        byte[] plain = [.. "name,\"size, m\",note\nAnn,1.7,\"says \"\"hi\"\"\"\nBob,,\"two\nlines\"\n\nCarl,1e3,NA\r\n"u8];
        byte[] numbers = [.. "a,b,c\n1,2,3\n4,5,6\n"u8];
        return [plain, numbers, Compressed(plain), Compressed(numbers)];
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
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
