namespace DeepBelief.Benchmarks.Ratings;

/// <summary>What means predict: of all ratings, of a film's, and a sum of a number for each viewer and one for each film.</summary>
internal sealed class RatingMeans
{
    // Each halves the distance to the least squares at worst on data of some density.
    private const int Alternations = 50;

    private readonly double mean;
    private readonly double[] ofFilms;
    private readonly double[] filmsInSum;
    private readonly double[] viewersInSum;

    public RatingMeans(RatingTable table, Rating[] known)
    {
        mean = known.Average(rating => rating.Stars);
        ofFilms = Means(table.Films, rating => rating.Film, _ => mean);
        // Least squares, by turns: what a film or a viewer differs from the rest of the sum.
        filmsInSum = new double[table.Films];
        viewersInSum = new double[table.Viewers];
        for (var i = 0; i < Alternations; i++)
        {
            Means(table.Films, rating => rating.Film, rating => mean + viewersInSum[rating.Viewer]).CopyTo(filmsInSum, 0);
            Means(table.Viewers, rating => rating.Viewer, rating => mean + filmsInSum[rating.Film]).CopyTo(viewersInSum, 0);
        }

        // Of whom or what nothing is known, 0.
        double[] Means(int count, Func<Rating, int> of, Func<Rating, double> less)
        {
            var (sums, counts) = (new double[count], new int[count]);
            foreach (var rating in known)
            {
                sums[of(rating)] += rating.Stars - less(rating);
                counts[of(rating)]++;
            }

            return [.. sums.Zip(counts, (sum, n) => sum / Math.Max(1, n))];
        }
    }

    public double OfAll(Rating _) => mean;

    public double OfFilm(Rating rating) => mean + ofFilms[rating.Film];

    public double OfSum(Rating rating) => mean + filmsInSum[rating.Film] + viewersInSum[rating.Viewer];
}
