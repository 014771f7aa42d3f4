using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using DeepBelief.Benchmarks.Processes;
using DeepBelief.Training;
using DeepBelief.Units;

namespace DeepBelief.Benchmarks.Ratings;

/// <summary>How well a machine predicts ratings that were held out, beside means.</summary>
internal static class RatingsCommand
{
    private const string Details = """
        The file has a line for each rating: viewer, film and 1 to 5 stars, separated by tabs, as u.data of MovieLens 100K, which
        you get from GroupLens and which is not part of this repository. A fifth of the ratings, held out at random, is predicted
        from the others: by the mean of all, by the mean of the film, by a sum of a number for each viewer and one for each film
        (least squares), by an RBM with a group of five categories for each film, trained with MissingValues.LeaveOut and
        otherwise default options, and by one whose groups have a sixth category, for films that a viewer has not rated, trained
        with default options. Printed are root mean squared errors, in stars.
        """;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "Your copy of the ratings.", HelpName = "u.data" };
        file.AcceptExistingOnly();
        var hidden = new Option<int>("--hidden") { Description = "Hidden units.", HelpName = "count", DefaultValueFactory = _ => 100 };
        var epochs = new Option<int>("--epochs") { Description = "Epochs.", HelpName = "count", DefaultValueFactory = _ => 50 };
        var seed = new Option<int>("--seed") { Description = "Seed of the split and of training.", HelpName = "number", DefaultValueFactory = _ => 0 };
        var command = new Command("ratings", "Prints how well an RBM predicts held-out ratings, of a file that you have, beside means.") { file, hidden, epochs, seed };
        DetailedHelp.AddTo(command, Details);
        command.SetAction(parsed =>
        {
            try
            {
                Run(parsed.GetValue(file)!.FullName, parsed.GetValue(hidden), parsed.GetValue(epochs), parsed.GetValue(seed), parsed.InvocationConfiguration.Output);
                return 0;
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    private static void Run(string path, int hidden, int epochs, int seed, TextWriter output)
    {
        var table = RatingTable.Read(path);
        var (known, heldOut) = table.Split(seed);
        if (heldOut.Length == 0)
            throw new FormatException($"Expected 5 ratings or more, found {table.Ratings.Count}.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table.Viewers:N0} viewers, {table.Films:N0} films, {table.Ratings.Count:N0} ratings, of which {heldOut.Length:N0} are held out."));
        output.WriteLine();
        var means = new RatingMeans(table, known);
        var size = string.Create(CultureInfo.InvariantCulture, $"{hidden:N0} hidden units, {epochs:N0} epochs");
        new MarkdownTable("prediction", ">RMSE")
            .Add(
            [
                ["mean of all ratings", Error(means.OfAll)],
                ["mean of the film", Error(means.OfFilm)],
                ["sum for viewer and film", Error(means.OfSum)],
                [$"RBM, {size}", Error(OfMachine(table, known, hidden, epochs, seed, leavesOut: true))],
                [$"RBM, {size}, a sixth category", Error(OfMachine(table, known, hidden, epochs, seed, leavesOut: false))],
            ])
            .Write(output);

        string Error(Func<Rating, double> predict)
            => Math.Sqrt(heldOut.Average(rating => Math.Pow(predict(rating) - rating.Stars, 2))).ToString("F3", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Trains a machine on the known ratings, which leaves out what is not known, or has a category of its own for it; it predicts
    /// the mean of the stars that it expects, given that there are some.
    /// </summary>
    private static Func<Rating, double> OfMachine(RatingTable table, Rating[] known, int hidden, int epochs, int seed, bool leavesOut)
    {
        using var scope = torch.NewDisposeScope();
        var categories = RatingTable.MostStars + (leavesOut ? 0 : 1);
        // The category of each film; the last one where no stars are known.
        var stars = new long[table.Viewers, table.Films];
        MemoryMarshal.CreateSpan(ref stars[0, 0], stars.Length).Fill(RatingTable.MostStars);
        foreach (var rating in known)
            stars[rating.Viewer, rating.Film] = rating.Stars - 1;
        var numbers = torch.tensor(stars);
        var states = torch.nn.functional.one_hot(numbers, RatingTable.MostStars + 1).narrow(2, 0, categories).to(ScalarType.Float32);
        if (leavesOut)
            states = states.masked_fill(numbers.eq(RatingTable.MostStars).unsqueeze(2), float.NaN);
        var rows = states.reshape(table.Viewers, table.Films * categories);

        using var rbm = new Rbm(new SoftmaxUnits(table.Films, categories), new BernoulliUnits(hidden), seed: seed);
        _ = rbm.Fit(rows, new() { Epochs = epochs, Seed = seed, MissingValues = leavesOut ? MissingValues.LeaveOut : MissingValues.Reject });
        using var noGrad = torch.no_grad();
        var chances = (leavesOut ? rbm.ReconstructKnown(rows) : rbm.Reconstruct(rows)).reshape(table.Viewers, table.Films, categories).narrow(2, 0, RatingTable.MostStars);
        var predicted = (chances.matmul(torch.arange(1f, RatingTable.MostStars + 1)) / chances.sum(2)).data<float>().ToArray();
        return rating => predicted[(rating.Viewer * table.Films) + rating.Film];
    }
}
