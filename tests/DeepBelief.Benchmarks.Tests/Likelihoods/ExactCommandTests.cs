using System.Globalization;
using DeepBelief.Benchmarks.Likelihoods;

namespace DeepBelief.Benchmarks.Tests.Likelihoods;

public sealed class ExactCommandTests
{
    [Fact]
    public void A_set_and_a_setting_have_a_row_with_the_likelihood()
    {
        var (exitCode, output, error) = Run("--set", "halves", "--arm", "defaults", "--seeds", "1");

        exitCode.Should().Be(0, error);
        var row = output.Split('\n').Single(line => line.StartsWith("| halves ", StringComparison.Ordinal));
        var cell = row.Split('|', StringSplitOptions.TrimEntries)[3];
        // The best is -ln 2, as the set has two different rows.
        double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture).Should().BeInRange(-0.75, -0.69);
        output.Should().NotContain("| bars");
    }

    [Theory]
    [InlineData("--set", "halfs", "halves")]
    [InlineData("--arm", "default", "defaults")]
    public void An_unknown_name_is_refused_with_those_that_are_known(string option, string name, string known)
    {
        var (exitCode, output, error) = Run(option, name);

        exitCode.Should().NotBe(0);
        (output + error).Should().Contain($"'{name}'").And.Contain($"'{known}'").And.NotContain("Mean log-likelihood");
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = ExactCommand.Create().Parse(arguments).Invoke(new() { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
