namespace DeepBelief.Benchmarks.Memory;

/// <summary>What a process used.</summary>
/// <param name="PeakBytes">Its peak resident memory.</param>
/// <param name="DataBytes">Its training rows.</param>
/// <param name="ManagedBytesPerBatch">Managed memory allocated, an epoch's divided by its batches.</param>
internal sealed record MemoryUse(long PeakBytes, long DataBytes, double ManagedBytesPerBatch);
