using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace DeepBelief.Training;

/// <summary>
/// A file of events as TensorBoard reads them: records of TensorFlow, each a length, its checksum, the bytes and their checksum.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";

    private static int files;

    private readonly FileStream stream;

    public EventFile(string folder)
    {
        _ = Directory.CreateDirectory(folder);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Path = System.IO.Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref files)}"));
        // TensorBoard reads it while it grows.
        stream = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        Write(new Event { FileVersion = Version });
    }

    public string Path { get; }

    public void Write(string tag, long step, Summary.Types.Value value)
    {
        value.Tag = tag;
        Write(new Event { Step = step, Summary = new Summary { Value = { value } } });
    }

    public void Flush() => stream.Flush();

    public void Dispose() => stream.Dispose();

    private void Write(Event what)
    {
        what.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        var content = what.ToByteArray();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)content.Length);
        stream.Write(length);
        WriteChecksum(length);
        stream.Write(content);
        WriteChecksum(content);
    }

    private void WriteChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        Span<byte> masked = stackalloc byte[sizeof(uint)];
        // TensorFlow turns and shifts the sums, as those of data that holds sums would be weak.
        BinaryPrimitives.WriteUInt32LittleEndian(masked, BitOperations.RotateRight(crc, 15) + 0xa282ead8);
        stream.Write(masked);
    }
}
