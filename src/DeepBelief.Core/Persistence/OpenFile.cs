using DeepBelief.Files;

namespace DeepBelief.Persistence;

/// <summary>A file that several readers try in turn; it is unpickled at most once.</summary>
internal sealed class OpenFile(Stream stream)
{
    private object? value;
    private bool isRead;

    public Stream Stream => stream;

    /// <summary>True if <c>torch.save</c> wrote the file.</summary>
    public bool IsPyTorch { get; } = FileFormat.IsPyTorch(stream);

    /// <summary>The unpickled value of a <c>torch.save</c> file, with the modules of an <c>nn.Sequential</c> as inert objects.</summary>
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
