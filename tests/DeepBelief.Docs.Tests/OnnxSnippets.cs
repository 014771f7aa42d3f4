#region usings
using DeepBelief;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
#endregion

namespace Snippets;

/// <summary>docs/onnx.md, and the readme of the package DeepBelief.Onnx.</summary>
public sealed class OnnxSnippets : Support.SnippetTests
{
    [Fact]
    public void A_file_runs_in_ONNX_Runtime()
    {
        using var images = rand(4, 6).round();
        using var rbm = Rbm.Bernoulli(6, 5);
        using var dbn = new Dbn(Rbm.Bernoulli(6, 4), Rbm.Bernoulli(4, 2));
        using var net = dbn.ToClassifier(classes: 3);
        using var autoencoder = dbn.ToAutoencoder();

        #region save
        net.SaveOnnx("net.onnx");                                   // logits, as forward returns them
        net.SaveOnnx("probabilities.onnx", OnnxOutput.Probabilities);
        rbm.SaveOnnx("score.onnx", OnnxOutput.FreeEnergy);          // a score of anomalies
        dbn.SaveOnnx("features.onnx");
        autoencoder.SaveOnnx("encoder.onnx", OnnxOutput.Codes);
        #endregion

        float[] row = images[1].data<float>().ToArray();

        #region run
        using var session = new InferenceSession("probabilities.onnx");
        using var rows = OrtValue.CreateTensorValueFromMemory(row, [1, row.Length]);
        Dictionary<string, OrtValue> inputs = new() { ["rows"] = rows };
        using var results = session.Run(new RunOptions(), inputs, ["probabilities"]);
        var probabilities = results[0].GetTensorDataAsSpan<float>();
        Console.WriteLine(session.ModelMetadata.CustomMetadataMap["classes"]);  // 3
        #endregion

        var expected = net.forward(images).softmax(1)[1].data<float>().ToArray();
        probabilities.ToArray().Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-6f);
        session.ModelMetadata.CustomMetadataMap["classes"].Should().Be("3");
        using var score = new InferenceSession("score.onnx");
        score.OutputMetadata.Keys.Should().Equal("free_energy");
        File.Exists("features.onnx").Should().BeTrue();
        File.Exists("encoder.onnx").Should().BeTrue();
    }

    [Fact]
    public void Inference_of_a_deep_machine_is_a_number_of_sweeps()
    {
        using var dbm = Dbm.Bernoulli(6, 5, 4);

        #region sweeps
        dbm.SaveOnnx("dbm.onnx", OnnxOutput.FeaturesAfter(sweeps: 10));
        #endregion

        new FileInfo("dbm.onnx").Length.Should().BeGreaterThan(0);
    }

    [Fact]
    public void The_readme_of_the_package()
    {
        using var images = rand(40, 784).round();
        using var labels = zeros(40, ScalarType.Int64);

        #region program
        using var dbn = Dbn.Bernoulli(784, 256, 64);
        dbn.Fit(images, new() { Epochs = 5 });
        using var net = dbn.ToClassifier(classes: 10);
        net.FitClassifier(images, labels, new() { Epochs = 5 });
        net.SaveOnnx("net.onnx");                                   // logits
        net.SaveOnnx("net.onnx", OnnxOutput.Probabilities);         // or probabilities

        using var session = new InferenceSession("net.onnx");
        #endregion

        session.InputMetadata["rows"].Dimensions.Should().Equal(-1, 784);
        session.OutputMetadata["probabilities"].Dimensions.Should().Equal(-1, 10);
    }
}
