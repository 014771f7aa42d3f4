using DeepBelief.Tests.Fuzzing;

namespace DeepBelief.Tests.Persistence;

public sealed class FuzzTests
{
    [Fact]
    public void Broken_files_are_loaded_or_refused_and_nothing_else()
    {
        using var fuzzer = new FileFuzzer(seed: 1);
        var report = fuzzer.Run(10_000);
        report.Failures.Should().BeEmpty();

        // Else it would test little: every reader must have seen both good and bad files.
        report.Files.Should().Be(10_000);
        report.Loaded.Keys.Should().HaveCount(6);
        report.Loaded.Values.Should().OnlyContain(n => n > 20);
        report.Refused.Values.Should().OnlyContain(n => n > 5000);
    }
}
