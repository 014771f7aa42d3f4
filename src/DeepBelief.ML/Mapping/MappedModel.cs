using System.Globalization;
using DeepBelief.Files;

namespace DeepBelief.ML;

/// <summary>A trained model and what is computed with it for a row.</summary>
internal abstract class MappedModel : IDisposable
{
    private const string FeaturesOfRbm = "features rbm";
    private const string FeaturesOfDbn = "features dbn";
    private const string AnomaliesOfRbm = "anomalies rbm";
    private const string ClassesOfClassifier = "classes classifier";

    private readonly torch.nn.Module model;
    private readonly Action<Tensor, MappedOutputs> map;
    private readonly string header;
    private readonly Action<Stream> save;
    private readonly Tensor like;
    private readonly long columns;

    private protected MappedModel(torch.nn.Module model, long columns, int width, string header, Action<Stream> save, Action<Tensor, MappedOutputs> map)
    {
        (this.model, this.columns, Width, this.header, this.save, this.map) = (model, columns, width, header, save, map);
        model.eval();
        like = model.parameters().First();
    }

    /// <summary>Number of values in the vector that a row is mapped to; 0 if to none.</summary>
    public int Width { get; }

    /// <summary>The features of an RBM.</summary>
    public static MappedModel<Rbm> Features(Rbm rbm)
        => new(rbm, rbm.VisibleSize, (int)rbm.HiddenSize, FeaturesOfRbm, stream => rbm.Save(stream), (row, outputs) => outputs.Set(Values(rbm.Transform(row))));

    /// <summary>The features of a DBN.</summary>
    public static MappedModel<Dbn> Features(Dbn dbn)
        => new(dbn, dbn.VisibleSize, (int)dbn.TopSize, FeaturesOfDbn, stream => dbn.Save(stream), (row, outputs) => outputs.Set(Values(dbn.Transform(row))));

    /// <summary>Free energies, and whether they are above a threshold.</summary>
    public static MappedModel<Rbm> Anomalies(Rbm rbm, float threshold)
        => new(rbm, rbm.VisibleSize, 0, string.Create(CultureInfo.InvariantCulture, $"{AnomaliesOfRbm} {threshold:r}"), stream => rbm.Save(stream), (row, outputs) =>
        {
            using var noGrad = torch.no_grad();
            outputs.Number = Values(rbm.FreeEnergy(row))[0];
            outputs.IsAbove = outputs.Number > threshold;
        });

    /// <summary>Probabilities of classes, and the most probable one.</summary>
    public static MappedModel<Classifier> Classes(Classifier classifier)
        => new(classifier, classifier.InputSize, (int)classifier.Classes, ClassesOfClassifier, stream => classifier.Save(stream), (row, outputs) =>
        {
            using var noGrad = torch.no_grad();
            var probabilities = Values(classifier.PredictProbabilities(row));
            outputs.Set(probabilities);
            outputs.Class = probabilities.IndexOf(probabilities.Max());
        });

    /// <summary>Computes what the model says of a row.</summary>
    public void Map(float[] values, MappedOutputs outputs)
    {
        if (like.IsInvalid)
            throw new ObjectDisposedException("model", "Expected a model, found one that is disposed.");
        if (values.Length != columns)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Expected rows of {columns} values, found {values.Length}."), nameof(values));
        using var scope = torch.NewDisposeScope();
        map(torch.tensor(values, [1, values.Length], ScalarType.Float32, torch.CPU).to(like.dtype, like.device), outputs);
    }

    /// <summary>The model as a text: a line that says what is computed, then the bytes of a .pt file in base 64.</summary>
    public string ToText()
    {
        using var stream = new MemoryStream();
        save(stream);
        return $"{header}\n{Convert.ToBase64String(stream.GetBuffer().AsSpan(0, (int)stream.Length))}";
    }

    /// <summary>Reads a model from its text, on the CPU.</summary>
    /// <exception cref="DataFormatException">The text is damaged.</exception>
    public static MappedModel FromText(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('\n');
        var bytes = new byte[Math.Max(0, text.Length - end - 1) / 4 * 3];
        if (end < 0 || !Convert.TryFromBase64Chars(text[(end + 1)..], bytes, out var length))
            throw Damaged();
        using var stream = new MemoryStream(bytes, 0, length, writable: false);
        var line = text[..end].ToString();
        return line switch
        {
            FeaturesOfRbm => Features(Rbm.Load(stream)),
            FeaturesOfDbn => Features(Dbn.Load(stream)),
            ClassesOfClassifier => Classes(Classifier.Load(stream)),
            _ when line.StartsWith(AnomaliesOfRbm, StringComparison.Ordinal) && float.TryParse(line.AsSpan(AnomaliesOfRbm.Length), CultureInfo.InvariantCulture, out var threshold)
                => Anomalies(Rbm.Load(stream), threshold),
            _ => throw Damaged(),
        };
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => model.Dispose();

    private static DataFormatException Damaged() => new("Expected a model of DeepBelief.ML in the pipeline, found another text: the file is damaged, or of another version.");

    private static float[] Values(Tensor tensor) => tensor.to(ScalarType.Float32, torch.CPU).contiguous().data<float>().ToArray();
}

/// <summary>A trained model of a known kind.</summary>
internal sealed class MappedModel<TModel>(TModel model, long columns, int width, string header, Action<Stream> save, Action<Tensor, MappedOutputs> map)
    : MappedModel(model, columns, width, header, save, map)
    where TModel : torch.nn.Module
{
    /// <summary>The model.</summary>
    public TModel Model { get; } = model;
}
