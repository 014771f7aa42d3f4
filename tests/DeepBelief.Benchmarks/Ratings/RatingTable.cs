using System.Globalization;

namespace DeepBelief.Benchmarks.Ratings;

/// <summary>A viewer's stars for a film; both are numbered from 0.</summary>
internal readonly record struct Rating(int Viewer, int Film, int Stars);

/// <summary>Ratings of one to five stars, read from a file such as MovieLens 100K's <c>u.data</c>.</summary>
internal sealed class RatingTable
{
    public const int MostStars = 5;

    private RatingTable(IReadOnlyList<Rating> ratings, int viewers, int films) => (Ratings, Viewers, Films) = (ratings, viewers, films);

    /// <summary>All ratings, in the order of the file.</summary>
    public IReadOnlyList<Rating> Ratings { get; }

    public int Viewers { get; }

    public int Films { get; }

    /// <summary>Reads lines of viewer, film and stars, separated by tabs; what follows them, such as a time, is ignored.</summary>
    /// <exception cref="FormatException">A line is of another form, or a film is rated twice by a viewer; the message has its number.</exception>
    public static RatingTable Read(string path)
    {
        var (viewers, films) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var (ratings, seen) = (new List<Rating>(), new HashSet<(int, int)>());
        foreach (var (index, line) in File.ReadLines(path).Index().Where(at => at.Item.Length > 0))
        {
            if (line.Split('\t') is not [var viewer, var film, var text, ..]
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var stars) || stars is < 1 or > MostStars)
                throw new FormatException($"Line {index + 1}: expected viewer, film and 1 to {MostStars} stars, separated by tabs; found '{line}'.");
            var rating = new Rating(NumberOf(viewer, viewers), NumberOf(film, films), stars);
            if (!seen.Add((rating.Viewer, rating.Film)))
                throw new FormatException($"Line {index + 1}: expected one rating for each viewer and film, found a second: '{line}'.");
            ratings.Add(rating);
        }

        return new(ratings, viewers.Count, films.Count);

        static int NumberOf(string name, Dictionary<string, int> numbers)
        {
            if (!numbers.TryGetValue(name, out var number))
                numbers[name] = number = numbers.Count;
            return number;
        }
    }

    /// <summary>Holds out a fifth of the ratings at random.</summary>
    public (Rating[] Known, Rating[] HeldOut) Split(int seed)
    {
        Rating[] shuffled = [.. Ratings];
        new Random(seed).Shuffle(shuffled);
        var count = shuffled.Length / 5;
        return (shuffled[count..], shuffled[..count]);
    }
}
