using DeepBelief.Files;
using DeepBelief.Onnx;
using Google.Protobuf;

namespace DeepBelief;

/// <summary>Saves models as ONNX files, for ONNX Runtime and whatever else reads the format.</summary>
/// <remarks>
/// <para>Models: <see cref="Classifier"/>, <see cref="Regressor"/>, <see cref="MultiLabelClassifier"/>, <see cref="Autoencoder"/>,
/// <see cref="Rbm"/>, <see cref="Dbn"/>, <see cref="ClassificationRbm"/>, <see cref="ClassificationDbn"/>, <see cref="UntiedDbn"/> and
/// <see cref="Dbm"/>, with all the library's units. The graphs are of operator set 13 and IR version 7, in float32, with a free
/// number of rows, the axis <c>batch</c>. The input is <c>rows</c>, <c>[batch, visible]</c>, as the model itself takes them; for the
/// decoder of an autoencoder it is <c>codes</c>. Graphs check no values.</para>
/// <para>What a model does in training alone, such as dropout, is not in its graph, in whichever mode the model is.</para>
/// </remarks>
public static class OnnxFiles
{
    /// <param name="model">The model.</param>
    extension(torch.nn.Module model)
    {
        /// <summary>Saves what a model computes as an ONNX file.</summary>
        /// <example><code>
        /// net.SaveOnnx("net.onnx"); // logits
        /// net.SaveOnnx("net.onnx", OnnxOutput.Probabilities);
        /// rbm.SaveOnnx("score.onnx", OnnxOutput.FreeEnergy);
        /// autoencoder.SaveOnnx("encoder.onnx", OnnxOutput.Codes);
        /// </code></example>
        /// <param name="path">The file, written atomically; an existing file is replaced.</param>
        /// <param name="output">What the file computes; null is for what the model's <c>forward</c> returns.</param>
        /// <exception cref="NotSupportedException">
        /// No ONNX graph computes it: another model, units or a module that are not the library's, or parameters of more than 2 GiB. The
        /// message names it; the file stays as it was.
        /// </exception>
        /// <exception cref="ArgumentException">The model does not have this output, or has parameters that are not finite.</exception>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; the file stays as it was.</exception>
        /// <exception cref="IOException">The file could not be written.</exception>
        public void SaveOnnx(string path, OnnxOutput? output = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            var content = OnnxModel.Of(model, output);
            AtomicFile.Write(path, content.WriteTo);
        }

        /// <summary>Saves what a model computes to a stream, in the format of ONNX.</summary>
        /// <param name="stream">A stream to write to; left open.</param>
        /// <param name="output">What the graph computes; null is for what the model's <c>forward</c> returns.</param>
        /// <exception cref="NotSupportedException">No ONNX graph computes it; nothing was written.</exception>
        /// <exception cref="ArgumentException">The model does not have this output, or has parameters that are not finite.</exception>
        /// <exception cref="ObjectDisposedException">The model, or a part of it, was disposed; nothing was written.</exception>
        public void SaveOnnx(Stream stream, OnnxOutput? output = null)
        {
            ArgumentNullException.ThrowIfNull(stream);
            OnnxModel.Of(model, output).WriteTo(stream);
        }
    }
}
