using System.Globalization;
using System.Text.RegularExpressions;
using DeepBelief.Benchmarks.Ratings;

namespace DeepBelief.Benchmarks.Tests.Ratings;

public sealed class RatingsCommandTests
{
    [Fact]
    public void Ratings_that_are_a_sum_are_predicted_by_the_sum()
    {
        var random = new Random(1);
        // Viewers who give 1 to 3 stars, films that are worth up to 2 more; seven in ten of the pairs are rated.
        var lines = Lines(60, 40, random, (viewer, film) => 1 + (viewer % 3) + (film % 4 % 3));

        var (exitCode, output, error) = Run(lines, "--hidden", "5", "--epochs", "2");

        exitCode.Should().Be(0, error);
        output.Should().StartWith($"60 viewers, 40 films, {lines.Length.ToString("N0", CultureInfo.InvariantCulture)} ratings, of which {lines.Length / 5} are held out.");
        Error(output, "sum for viewer and film").Should().Be(0);
        // What remains around the mean of the film is the viewers' part, 0, 1 or 2 alike often: √(2/3); with the films', √(2/3 + 11/16).
        Error(output, "mean of the film").Should().BeApproximately(Math.Sqrt(2 / 3.0), 0.05);
        Error(output, "mean of all ratings").Should().BeApproximately(Math.Sqrt((2 / 3.0) + (11 / 16.0)), 0.07);
        Error(output, "RBM, 5 hidden units, 2 epochs").Should().BePositive();
        Error(output, "RBM, 5 hidden units, 2 epochs, a sixth category").Should().BePositive();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Tastes_which_no_sum_knows_are_predicted_by_the_machine()
    {
        var random = new Random(2);
        // Viewers and films of three kinds.
        var lines = Lines(300, 60, random, (viewer, film) => (viewer % 3 == film % 3 ? 4 : 2) + (random.NextDouble() < 0.5 ? 1 : 0));

        var (exitCode, output, error) = Run(lines, "--hidden", "20", "--seed", "3");

        exitCode.Should().Be(0, error);
        var sum = Error(output, "sum for viewer and film");
        // Kinds apart, stars vary by half a star.
        sum.Should().BeGreaterThan(0.9);
        var leavingOut = Error(output, "RBM, 20 hidden units, 50 epochs");
        leavingOut.Should().BeInRange(0.47, 0.75 * sum);
        Error(output, "RBM, 20 hidden units, 50 epochs, a sixth category").Should().BeInRange(leavingOut, sum);
    }

    [Theory]
    [InlineData("1\t2\t3\t0|1\t3\t6\t0", "Line 2: expected viewer, film and 1 to 5 stars*'1\t3\t6\t0'*")]
    [InlineData("1,2,3", "Line 1:*separated by tabs*'1,2,3'*")]
    [InlineData("1\t2\t3\t0|1\t3\t3|1\t2\t4\t0", "Line 3:*a second*")]
    [InlineData("1\t2\t3\t0|1\t3\t3", "Expected 5 ratings or more, found 2.*")]
    public void A_file_of_another_form_is_refused_with_the_line(string lines, string message)
    {
        var (exitCode, output, error) = Run(lines.Split('|'));
        exitCode.Should().Be(1);
        error.Should().Match($"error: {message}");
        output.Should().BeEmpty();
    }

    private static string[] Lines(int viewers, int films, Random random, Func<int, int, int> stars)
        => [.. from viewer in Enumerable.Range(0, viewers)
               from film in Enumerable.Range(0, films)
               where random.NextDouble() < 0.7
               select FormattableString.Invariant($"{viewer + 10}\t{film + 100}\t{stars(viewer, film)}\t881250949")];

    private static double Error(string output, string prediction)
        => double.Parse(Regex.Match(output, $@"^\| {Regex.Escape(prediction)} +\| +([0-9.]+) \|", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    private static (int ExitCode, string Output, string Error) Run(string[] lines, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("deepbelief-benchmarks-tests-").FullName;
        try
        {
            var path = Path.Combine(folder, "u.data");
            File.WriteAllLines(path, lines);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exitCode = RatingsCommand.Create().Parse([path, .. options]).Invoke(new() { Output = output, Error = error });
            return (exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
