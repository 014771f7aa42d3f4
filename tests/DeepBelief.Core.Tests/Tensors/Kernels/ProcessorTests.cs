using DeepBelief.Tensors;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DeepBelief.Tests.Tensors.Kernels;

/// <summary>The kernels' results are the same bits on every processor, of whatever width its vectors are.</summary>
public sealed class ProcessorTests
{
    private const string Checksum = "d986a395a14a9e7d";

    private const string RoundedChecksum = "20960c09a2429a57";

    [Fact]
    public void Results_have_a_known_checksum() => Results().Should().Be(Checksum);

    [Fact]
    public void Rounded_results_have_a_known_checksum() => RoundedResults().Should().Be(RoundedChecksum);

    // What .NET is told not to use: 512 bits, 256 bits with fused products, and all but plain numbers.
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Narrower_vectors_give_the_same_checksum(string setting)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["vstest", typeof(ProcessorTests).Assembly.Location, $"--TestCaseFilter:FullyQualifiedName~{nameof(Results_have_a_known_checksum)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[setting] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, output + await error);
        output.Should().MatchRegex(@"Passed:\s+2\b");
    }

    private static string Results()
    {
        using var scope = torch.NewDisposeScope();
        var (inputs, bias) = Given();
        var results = Enumerable.Range(0, 4).Select(_ => torch.zeros(20, 203)).ToArray();
        var (sums, squares, ones) = (torch.zeros(203), torch.zeros(203), torch.ones(203));
        BernoulliKernel.Activate(inputs, bias, results[0], results[1], 5);
        GaussianKernel.Activate(inputs, bias, ones, ones, results[2], results[3], 5);
        ColumnSums.Add(inputs, bias, sums, squares, 0.3);
        UpdateKernel.Sgd(results[0], inputs, results[2], 0.9, 0.1, 0.01);
        UpdateKernel.Adam(inputs, results[3], results[2], results[0].abs_(), 0.9, 0.999, 0.1, 0.01, 1.1, 1e-8);

        return Hash([inputs, sums, squares, .. results]);
    }

    // Of bfloat16.
    private static string RoundedResults()
    {
        using var scope = torch.NewDisposeScope();
        var (numbers, bias) = Given();
        var (sums, updated, momentum) = (torch.zeros(203), numbers.clone(), torch.zeros(20, 203));
        Tensor[] results = [.. Enumerable.Range(0, 4).Select(_ => torch.zeros(20, 203, ScalarType.BFloat16))];
        using var rows = torch.arange(20, ScalarType.Int64);
        GatherKernel.Gather(numbers, rows, 0, results[0]);
        BernoulliKernel.Activate(results[0], bias, results[1], results[2], 5);
        ColumnSums.Add(results[1], null, sums, null, 0.3);
        UpdateKernel.Sgd(updated, results[1], momentum, 0.9, 0.1, 0.01, results[3]);
        var turned = torch.zeros(203, 20, ScalarType.BFloat16);
        TransposeKernel.Transpose(results[1], turned);
        return Hash([sums, updated, momentum, turned, .. results]);
    }

    // From whole numbers, for torch's functions do depend on the processor.
    private static (Tensor Inputs, Tensor Bias) Given() => (
        torch.tensor(Enumerable.Range(0, 20 * 203).Select(i => ((i * 379 % 2003) - 1001) / 128f).ToArray()).reshape(20, 203),
        torch.tensor(Enumerable.Range(0, 203).Select(i => ((i * 29 % 101) - 50) / 64f).ToArray()));

    // FNV-1a.
    private static string Hash(IEnumerable<Tensor> tensors)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var tensor in tensors)
        {
            foreach (var bits in MemoryMarshal.Cast<byte, uint>(tensor.bytes))
                hash = unchecked((hash ^ bits) * 0x100000001B3UL);
        }

        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
