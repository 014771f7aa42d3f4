using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>The inverse temperatures of annealing, from 0 to 1. Immutable.</summary>
public sealed class AnnealingSchedule
{
    /// <summary>Creates a schedule of given inverse temperatures.</summary>
    /// <param name="inverseTemperatures">Strictly increasing from 0 to 1.</param>
    /// <exception cref="ArgumentException">They do not increase from 0 to 1.</exception>
    public AnnealingSchedule(IEnumerable<double> inverseTemperatures)
    {
        ArgumentNullException.ThrowIfNull(inverseTemperatures);
        double[] values = [.. inverseTemperatures];
        var ascends = values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second);
        if (values.Length < 2 || values[0] != 0 || values[^1] != 1 || !ascends)
            throw new ArgumentException("Expected numbers that ascend from 0 to 1, found others.", nameof(inverseTemperatures));
        InverseTemperatures = values;
    }

    /// <summary>
    /// The 14,500 steps of Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks", for 500 hidden
    /// units trained on MNIST: 500 of equal size up to 0.5, 4,000 up to 0.9 and 10,000 up to 1.
    /// </summary>
    public static AnnealingSchedule SalakhutdinovMurray { get; } = Piecewise((500, 0.5), (4000, 0.9), (10_000, 1));

    /// <summary>The inverse temperatures, from 0 to 1.</summary>
    public IReadOnlyList<double> InverseTemperatures { get; }

    /// <summary>Number of steps, one less than the number of inverse temperatures.</summary>
    public int Steps => InverseTemperatures.Count - 1;

    /// <summary>Creates a schedule with steps of equal size.</summary>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is less than 1.</exception>
    public static AnnealingSchedule Uniform(int steps) => Piecewise((steps, 1));

    /// <summary>Creates a schedule of several pieces, each with steps of equal size.</summary>
    /// <param name="pieces">Number of steps, 1 or more, and end of each piece; the last piece ends at 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A piece has fewer than 1 step.</exception>
    /// <exception cref="ArgumentException">The ends do not increase to 1.</exception>
    public static AnnealingSchedule Piecewise(params IReadOnlyList<(int Steps, double End)> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var values = new List<double> { 0 };
        foreach (var (steps, end) in pieces)
        {
            Guard.Size(steps, nameof(pieces));
            var start = values[^1];
            values.AddRange(Enumerable.Range(1, steps).Select(i => i == steps ? end : start + ((end - start) * i / steps)));
        }

        return new AnnealingSchedule(values);
    }
}
