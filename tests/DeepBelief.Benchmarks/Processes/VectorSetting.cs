namespace DeepBelief.Benchmarks.Processes;

/// <summary>How wide vectors a .NET process may use, which it reads from its environment as it starts. libtorch's are its own.</summary>
/// <param name="Bits">Bits of a vector.</param>
/// <param name="Variables">The environment variables that make it so.</param>
internal sealed record VectorSetting(int Bits, IReadOnlyDictionary<string, string> Variables)
{
    private static readonly VectorSetting[] All =
    [
        new(512, new Dictionary<string, string>()),
        new(256, new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0" }),
        new(128, new Dictionary<string, string> { ["DOTNET_EnableAVX2"] = "0" }),
    ];

    public static IReadOnlyList<int> Widths { get; } = [.. All.Select(setting => setting.Bits)];

    public static VectorSetting Of(int bits) => All.Single(setting => setting.Bits == bits);

    /// <summary>Throws if a process that was started so has others.</summary>
    /// <exception cref="WorkerException">It has.</exception>
    public void Check(WorkerInfo info)
    {
        if (info.VectorBits != Bits)
            throw new WorkerException(FormattableString.Invariant($"expected vectors of {Bits} bits, found {info.VectorBits}: this machine's .NET has no others here"));
    }
}
