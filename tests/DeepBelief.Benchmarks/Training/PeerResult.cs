namespace DeepBelief.Benchmarks.Training;

/// <summary>Another program on a case's task, measured in between the case's repetitions.</summary>
/// <param name="Name">Which program.</param>
/// <param name="Setting">Its thread setting.</param>
/// <param name="SamplesPerS">Rows a second, median of the repetitions.</param>
/// <param name="Multiple">Our speed as a multiple of its, median of the repetitions.</param>
/// <param name="Min">The least of these multiples.</param>
/// <param name="Max">The largest of these multiples.</param>
internal sealed record PeerResult(string Name, string Setting, double SamplesPerS, double Multiple, double Min, double Max)
{
    public static PeerResult From(string name, string setting, IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        double[] multiples = [.. ours.Zip(theirs, (our, their) => our / their)];
        return new(name, setting, Median.Of(theirs), Median.Of(multiples), multiples.Min(), multiples.Max());
    }
}
