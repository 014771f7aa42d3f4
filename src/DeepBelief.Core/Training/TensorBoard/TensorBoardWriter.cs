using System.Runtime.CompilerServices;
using DeepBelief.Files;
using DeepBelief.Tensors;
using Google.Protobuf;
using Tensorboard;

namespace DeepBelief.Training;

/// <summary>Writes numbers, histograms and pictures to a file that TensorBoard shows; it needs no Python.</summary>
/// <remarks>
/// Beside <c>torch.utils.tensorboard</c> of TorchSharp, it writes pictures without an image library, which TorchSharp brings for Windows
/// and macOS alone, and keeps its file open. A writer is for one thread at a time.
/// </remarks>
/// <example><code>
/// using var board = new TensorBoardWriter("runs/rbm");
/// rbm.Fit(images, progress: new TensorBoardProgress(board));
/// </code></example>
public sealed class TensorBoardWriter : IDisposable
{
    private const int Bins = 30;
    private const int Gap = 1;
    private const byte GapShade = 128;

    private readonly EventFile file;

    /// <summary>Creates a new file in a folder, whose name TensorBoard shows as that of the run.</summary>
    /// <param name="folder">The folder, which is created if it is not there. Files of earlier runs stay.</param>
    /// <exception cref="IOException">The file could not be created.</exception>
    public TensorBoardWriter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        file = new EventFile(folder);
    }

    /// <summary>The path of the file.</summary>
    public string Path => file.Path;

    /// <summary>Writes a number.</summary>
    /// <param name="tag">What it is; a slash makes groups.</param>
    /// <param name="value">The number, which is written as a <see cref="float"/>.</param>
    /// <param name="step">The step that it belongs to, such as the epoch.</param>
    public void AddScalar(string tag, double value, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        file.Write(tag, step, new() { SimpleValue = (float)value });
    }

    /// <summary>Writes how numbers are distributed: how many are in each of 30 intervals of equal length.</summary>
    /// <param name="tag">What they are; a slash makes groups.</param>
    /// <param name="values">Numbers, a tensor of any shape; finite, at least one.</param>
    /// <param name="step">The step that they belong to, such as the epoch.</param>
    /// <exception cref="ArgumentException">There are no numbers, or some are not finite.</exception>
    public void AddHistogram(string tag, Tensor values, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        file.Write(tag, step, new() { Histo = Histogram(Numbers(values)) });
    }

    /// <summary>Writes how the parameters of a model are distributed, each by its name in the state dict.</summary>
    /// <param name="model">The model.</param>
    /// <param name="step">The step that they belong to, such as the epoch.</param>
    /// <exception cref="ArgumentException">Some parameters are not finite.</exception>
    public void AddParameters(torch.nn.Module model, long step)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (var (name, parameter) in model.named_parameters())
            AddHistogram($"parameters/{name}", parameter, step);
    }

    /// <summary>Writes a picture of rows, each an image of grey values, side by side as near to a square as they go.</summary>
    /// <example><code>
    /// using var board = new TensorBoardWriter("runs/rbm");
    /// board.AddImages("filters", rbm.Weight, height: 28, width: 28, step: 1);
    /// </code></example>
    /// <param name="tag">What they are; a slash makes groups.</param>
    /// <param name="rows">The images, <c>[images, height · width]</c>: rows of data, or weights of hidden units; finite, at least one row.</param>
    /// <param name="height">Height of an image in pixels.</param>
    /// <param name="width">Width of an image in pixels.</param>
    /// <param name="step">The step that they belong to, such as the epoch.</param>
    /// <param name="range">The numbers that are black and white; null takes the least and the greatest one of the rows.</param>
    /// <exception cref="ArgumentException">The rows are no such images, some numbers are not finite, or the range is empty.</exception>
    public void AddImages(string tag, Tensor rows, int height, int width, long step, (double Black, double White)? range = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (range is { } given && !(given.Black < given.White))
            throw new ArgumentException(FormattableString.Invariant($"Expected a range from black up to white, found {given.Black} to {given.White}."), nameof(range));
        var numbers = Numbers(rows);
        if (rows.dim() != 2 || rows.shape[1] != (long)height * width)
            throw new ArgumentException(FormattableString.Invariant($"Expected a tensor of shape [images, {(long)height * width}], found {Shapes.Text(rows)}."), nameof(rows));
        var (pixels, all, across) = Grid(numbers, height, width, range ?? (numbers.Min(), numbers.Max()));
        file.Write(tag, step, new()
        {
            Image = new() { Height = all, Width = across, Colorspace = 1, EncodedImageString = ByteString.CopyFrom(GreyPng.Of(pixels, all, across)) },
        });
    }

    /// <summary>Hands what was written to the operating system, so that TensorBoard sees it.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Flush() => file.Flush();

    /// <summary>Writes what is left, and closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static double[] Numbers(Tensor values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        Guard.Dense(values, name);
        if (values.numel() == 0)
            throw new ArgumentException($"Expected at least one number, found {Shapes.Text(values)}.", name);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var numbers = values.to(ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray();
        return numbers.All(double.IsFinite) ? numbers : throw new ArgumentException("Expected finite numbers, found NaN or infinity.", name);
    }

    private static HistogramProto Histogram(double[] numbers)
    {
        var (least, greatest) = (numbers.Min(), numbers.Max());
        // Numbers that are all the same fill one interval of no length.
        var bins = greatest > least ? Bins : 1;
        var counts = new double[bins];
        var limits = Enumerable.Range(1, bins).Select(i => i == bins ? greatest : least + ((greatest - least) * i / bins)).ToArray();
        foreach (var number in numbers)
        {
            // An interval has its upper end, as in TensorFlow's histograms.
            var bin = Array.BinarySearch(limits, number);
            counts[bin < 0 ? ~bin : bin]++;
        }

        return new()
        {
            Min = least,
            Max = greatest,
            Num = numbers.Length,
            Sum = numbers.Sum(),
            SumSquares = numbers.Sum(number => number * number),
            BucketLimit = { limits },
            Bucket = { counts },
        };
    }

    private static (byte[] Pixels, int Height, int Width) Grid(double[] numbers, int height, int width, (double Black, double White) range)
    {
        var count = numbers.Length / (height * width);
        var columns = (int)Math.Ceiling(Math.Sqrt(count));
        var lines = (count + columns - 1) / columns;
        var (all, across) = ((lines * (height + Gap)) - Gap, (columns * (width + Gap)) - Gap);
        var pixels = new byte[all * across];
        Array.Fill(pixels, GapShade);
        for (var i = 0; i < numbers.Length; i++)
        {
            var (image, row, column) = (i / (height * width), i / width % height, i % width);
            var (y, x) = ((image / columns * (height + Gap)) + row, (image % columns * (width + Gap)) + column);
            pixels[(y * across) + x] = Shade(numbers[i]);
        }

        return (pixels, all, across);

        byte Shade(double number) => range.White > range.Black
            ? (byte)Math.Round(255 * Math.Clamp((number - range.Black) / (range.White - range.Black), 0, 1))
            : GapShade;
    }
}
