using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A file that is offered to one reader after the other.</summary>
/// <param name="stream">Its bytes.</param>
internal sealed class OpenFile(Stream stream)
{
    private object? value;
    private bool isRead;

    public Stream Stream => stream;

    /// <summary>Whether it is a file of <c>torch.save</c>.</summary>
    public bool IsPyTorch { get; } = FileFormat.IsPyTorch(stream);

    /// <summary>The value in a file of <c>torch.save</c>, with the modules of an <c>nn.Sequential</c> as inert objects.</summary>
    public object? Value
    {
        get
        {
            if (!isRead)
                (value, isRead) = (PtFile.Load(stream, null, SequentialReader.IsKnownClass), true);
            return value;
        }
    }
}
