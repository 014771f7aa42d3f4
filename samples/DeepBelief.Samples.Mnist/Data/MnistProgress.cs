namespace DeepBelief.Samples.Mnist.Data;

/// <summary>
/// How far the fetching is: a source is being turned to (no file yet), or so many uncompressed bytes of a file are here.
/// </summary>
internal sealed record MnistProgress(string Source, string? File = null, long Received = 0, long Total = 0);
