using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>The inverse temperatures that annealing goes through, from 0 to 1. Immutable.</summary>
public sealed class AnnealingSchedule
{
    /// <summary>Makes a schedule of given inverse temperatures.</summary>
    /// <param name="inverseTemperatures">From 0 to 1, each greater than the one before.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
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
    /// The 14,500 steps of Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks": 500 of
    /// equal size up to 0.5, 4,000 up to 0.9 and 10,000 up to 1. They had it for 500 hidden units trained on MNIST.
    /// </summary>
    public static AnnealingSchedule SalakhutdinovMurray { get; } = Piecewise((500, 0.5), (4000, 0.9), (10_000, 1));

    /// <summary>The inverse temperatures, from 0 to 1.</summary>
    public IReadOnlyList<double> InverseTemperatures { get; }

    /// <summary>Number of steps: one less than there are inverse temperatures.</summary>
    public int Steps => InverseTemperatures.Count - 1;

    /// <summary>Steps of equal size.</summary>
    /// <param name="steps">Number of steps, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 step.</exception>
    public static AnnealingSchedule Uniform(int steps) => Piecewise((steps, 1));

    /// <summary>Steps of equal size within each of several pieces.</summary>
    /// <param name="pieces">How many steps each piece has, 1 or more, and where it ends; the last one ends at 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A piece has less than 1 step.</exception>
    /// <exception cref="ArgumentException">The ends do not ascend to 1.</exception>
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
