using System.Globalization;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>A value that may change from epoch to epoch: a learning rate, a momentum. A plain number is a constant one.</summary>
public abstract record Schedule
{
    private Schedule()
    {
    }

    /// <summary>The value of an epoch.</summary>
    /// <param name="epoch">The epoch, 1 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">The number of epochs of the run.</param>
    public abstract double At(int epoch, int epochs);

    /// <summary>The same value throughout.</summary>
    /// <param name="value">The value.</param>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>A straight line from the first epoch to the last.</summary>
    /// <param name="first">Value of the first epoch.</param>
    /// <param name="last">Value of the last epoch.</param>
    public static Schedule Linear(double first, double last) => new LinearSchedule(first, last);

    /// <summary>One value before an epoch and another from it on, as for Hinton's momentum of 0.5, then 0.9.</summary>
    /// <param name="before">Value before.</param>
    /// <param name="epoch">The first epoch with the later value, 1 or more.</param>
    /// <param name="from">Value from that epoch on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is less than 1.</exception>
    public static Schedule Switch(double before, int epoch, double from)
    {
        Guard.Size(epoch);
        return new SwitchSchedule(before, epoch, from);
    }

    /// <summary>A constant schedule.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>A constant schedule.</summary>
    /// <param name="value">The value.</param>
    public static Schedule FromDouble(double value) => Constant(value);

    // A schedule is valid if its values at the ends and at every switch are; all of them are monotone in between.
    internal bool All(Func<double, bool> condition) => Extremes().All(condition);

    private protected abstract IEnumerable<double> Extremes();

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record ConstantSchedule(double Value) : Schedule
    {
        public override double At(int epoch, int epochs) => Value;

        public override string ToString() => Text(Value);

        private protected override IEnumerable<double> Extremes() => [Value];
    }

    private sealed record LinearSchedule(double First, double Last) : Schedule
    {
        public override double At(int epoch, int epochs)
            => epochs == 1 ? First : First + ((Last - First) * (epoch - 1) / (epochs - 1));

        public override string ToString() => $"linear from {Text(First)} to {Text(Last)}";

        private protected override IEnumerable<double> Extremes() => [First, Last];
    }

    private sealed record SwitchSchedule(double Before, int Epoch, double From) : Schedule
    {
        public override double At(int epoch, int epochs) => epoch < Epoch ? Before : From;

        public override string ToString() => $"{Text(Before)}, {Text(From)} from epoch {Epoch}";

        private protected override IEnumerable<double> Extremes() => [Before, From];
    }
}
