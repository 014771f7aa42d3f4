#region usings
using DeepBelief;
using DeepBelief.Data;
using DeepBelief.Sampling;
using DeepBelief.Training;
using DeepBelief.Units;
using TorchSharp;
using static TorchSharp.torch;
#endregion

namespace Snippets.Recipes;

/// <summary>docs/recipes/tables.md.</summary>
public sealed class TableSnippets : Support.SnippetTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Gaps_are_filled_by_what_the_other_columns_say()
    {
        string[] names = ["season", "temperature", "rain"];
        var rows = Weather(1000, seed: 1);

        #region encode
        var encoder = TableEncoder.Fit(names, rows);                    // rows of texts: string?[]
        foreach (var column in encoder.Columns)
            Console.WriteLine(column);                                  // category, number, yes or no
        foreach (var warning in encoder.Warnings)
            Console.WriteLine(warning);                                 // odd texts that count as gaps
        using var whole = encoder.Encode(rows);                         // [rows, encoder.Width], float32
        #endregion

        encoder.Columns.Select(column => column.GetType()).Should().Equal(typeof(CategoryColumn), typeof(NumberColumn), typeof(YesNoColumn));
        whole.shape.Should().Equal(1000, 2 + 1 + 1 + 1);
        encoder.Warnings.Should().BeEmpty();

        #region save
        encoder.Save("weather.json");                                   // beside rbm.Save("weather.pt")
        var same = TableEncoder.Load("weather.json");
        #endregion

        same.Columns.Should().Equal(encoder.Columns);

        #region train
        using var rbm = new Rbm(encoder.CreateUnits(), new BernoulliUnits(20));
        rbm.Fit(whole, new()
        {
            Epochs = 60,
            BatchSize = 50,
            LearningRate = 0.003,
            Optimizer = new AdamSettings(),
            NegativePhase = new PersistentContrastiveDivergence(steps: 2, chains: 200),
            MissingValues = MissingValues.Draw,
        });
        #endregion

        #region fill
        string?[][] gapped = [["summer", null, "no"], [null, "-2.0", "yes"]];
        using var gaps = encoder.Encode(gapped);                        // NaN where a value is missing
        using var generator = new Generator(1);
        using var filled = MarkovChain.FillMissing(rbm, gaps, steps: 50, generator: generator);
        foreach (var row in encoder.Decode(filled))
            Console.WriteLine(string.Join(", ", row));
        #endregion

        encoder.Decode(filled)[0][0].Should().Be("summer");
        double.Parse(encoder.Decode(filled)[1][1]!).Should().BeApproximately(-2, 1e-4);

        #region average
        using var many = MarkovChain.FillMissing(rbm, gaps.repeat(200, 1), 50, generator: generator);
        using var means = many.reshape(200, 2, -1).mean([0L]);          // means and probabilities
        var likely = encoder.Decode(means);                             // mean, most probable category
        #endregion

        double.Parse(likely[0][1]!).Should().BeApproximately(24, 3);
        likely[1][0].Should().Be("winter");
        // A third of all rows are of winter; of those with rain and -2 degrees, all are.
        var winter = ((CategoryColumn)encoder.Columns[0]).Categories.ToList().IndexOf("winter");
        means[1, winter].ToDouble().Should().BeGreaterThan(0.7);
    }

    [Fact]
    public void A_table_comes_from_a_CSV_file_and_goes_into_one()
    {
        File.WriteAllText("weather.csv", "id,season,temperature\n1,winter,-2.5\n2,summer,\n3,spring,12\n4,winter,0.5\n");

        #region csv
        var table = CsvTable.Load("weather.csv").Without("id");         // of the package DeepBelief.Csv
        var encoder = TableEncoder.Fit(table);                          // names and rows of the table
        using var states = encoder.Encode(table);                       // columns by name, in any order
        encoder.DecodeTable(states).Save("decoded.csv");                // gaps are empty
        #endregion

        states.shape.Should().Equal(4, 3 + 1);
        File.ReadAllLines("decoded.csv")[..3].Should().Equal("season,temperature", "winter,-2.5", "summer,");
    }

    [Fact]
    public void A_few_odd_texts_among_numbers_are_gaps_or_refused()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Weather(1000, seed: 1).Select(row => row.Skip(1).Take(1).ToArray()).ToArray();
        rows[7] = ["broken"];

        #region odd
        var encoder = TableEncoder.Fit(["temperature"], rows);
        IReadOnlyList<string> odd = ((NumberColumn)encoder.Columns[0]).OddTexts;    // "broken"
        var isGap = encoder.IsMissing("broken", column: 0);                         // true

        TableEncoderOptions strict = new() { MostOddTexts = 0 };                    // refuses them
        #endregion

        odd.Should().Equal("broken");
        isGap.Should().BeTrue();
        encoder.Encode(rows).isnan().sum().item<long>().Should().Be(1);
        encoder.Warnings.Should().ContainSingle().Which.Should().Contain("'broken'");
        var fit = () => TableEncoder.Fit(["temperature"], rows, options: strict);
        fit.Should().Throw<ArgumentException>().WithMessage("*'broken' in data row 8.*");
    }

    // Three seasons, of which each has its own temperature and rain.
    private static string?[][] Weather(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Row())];

        string[] Row()
        {
            var season = random.Next(3);
            var noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var temperature = new[] { 0, 12, 24 }[season] + (2 * noise);
            var rain = random.NextDouble() < new[] { 0.8, 0.5, 0.1 }[season];
            return [new[] { "winter", "spring", "summer" }[season], temperature.ToString("F1"), rain ? "yes" : "no"];
        }
    }
}
