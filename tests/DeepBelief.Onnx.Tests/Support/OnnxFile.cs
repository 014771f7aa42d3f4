using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DeepBelief.Onnx.Tests.Support;

/// <summary>A model as an ONNX file, run by ONNX Runtime with and without its optimisations of graphs.</summary>
internal sealed class OnnxFile : IDisposable
{
    private readonly InferenceSession[] sessions;

    public OnnxFile(torch.nn.Module model, OnnxOutput? output = null)
        : this(Bytes(model, output))
    {
    }

    public OnnxFile(byte[] content)
    {
        Content = content;
        sessions = [.. new[] { GraphOptimizationLevel.ORT_DISABLE_ALL, GraphOptimizationLevel.ORT_ENABLE_ALL }.Select(level =>
        {
            using var options = new SessionOptions { GraphOptimizationLevel = level, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            return new InferenceSession(content, options);
        })];
    }

    public byte[] Content { get; }

    public InferenceSession Session => sessions[0];

    public static byte[] Bytes(torch.nn.Module model, OnnxOutput? output = null)
    {
        using var stream = new MemoryStream();
        model.SaveOnnx(stream, output);
        return stream.ToArray();
    }

    /// <summary>The only output of rows, from each session.</summary>
    public IEnumerable<(double[] Values, int[] Shape)> Run(Tensor rows)
    {
        using var single = rows.to(ScalarType.Float32).contiguous();
        // TorchSharp can't read a tensor without elements.
        var input = new DenseTensor<float>(single.numel() == 0 ? [] : single.data<float>().ToArray(), [(int)rows.shape[0], (int)rows.shape[1]]);
        foreach (var session in sessions)
        {
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(session.InputMetadata.Keys.Single(), input)]);
            var result = results.Single().AsTensor<float>();
            yield return ([.. result.Select(value => (double)value)], result.Dimensions.ToArray());
        }
    }

    /// <summary>The largest deviation from what torch computes, relative to the largest value of all.</summary>
    public double Deviation(Tensor rows, Tensor expected)
    {
        using var exact = expected.to(ScalarType.Float64).contiguous();
        var values = exact.data<double>().ToArray();
        var scale = values.Max(Math.Abs);
        return Run(rows).Max(result =>
        {
            result.Shape.Select(length => (long)length).Should().Equal(expected.shape);
            // Comparisons take NaN for the least number.
            result.Values.Should().OnlyContain(value => double.IsFinite(value));
            return result.Values.Zip(values, (a, e) => Math.Abs(a - e)).Max() / scale;
        });
    }

    public void Dispose()
    {
        foreach (var session in sessions)
            session.Dispose();
    }
}
