using System.Reflection;

namespace DeepBelief.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_model_of_ones_own_is_the_tested_one()
    {
        var source = Read("BoltzmannMachine.cs");
        var model = source[source.IndexOf("internal sealed class", StringComparison.Ordinal)..].Trim();
        model.Split('\n').Should().HaveCountLessThan(50);
        Read("README.md").Should().Contain(model);
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
