using System.Globalization;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>A value per epoch, such as a learning rate or momentum. A number converts to a constant schedule.</summary>
/// <remarks>
/// Derive from it for another course; a run checks each epoch's value when the epoch begins. Checkpoints compare schedules by
/// <see cref="object.ToString"/>.
/// </remarks>
/// <example><code>
/// Schedule decay = Schedule.Linear(0.1, 0.001);
/// var optimizer = new SgdSettings { Momentum = Schedule.Switch(0.5, 6, 0.9) };
/// rbm.Fit(images, new() { Epochs = 20, LearningRate = decay, Optimizer = optimizer });
/// </code></example>
public abstract record Schedule
{
    /// <summary>Creates a schedule.</summary>
    protected Schedule()
    {
    }

    /// <summary>Returns the value of an epoch.</summary>
    /// <param name="epoch">The epoch, 1 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">The number of epochs of the run.</param>
    public abstract double At(int epoch, int epochs);

    /// <summary>Creates a schedule with the same value in every epoch.</summary>
    /// <param name="value">The value.</param>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>Creates a schedule that is linear from the first epoch to the last.</summary>
    /// <param name="first">Value of epoch 1.</param>
    /// <param name="last">Value of the last epoch.</param>
    public static Schedule Linear(double first, double last) => new LinearSchedule(first, last);

    /// <summary>Creates a schedule that changes once, such as Hinton's momentum of 0.5, then 0.9.</summary>
    /// <param name="before">Value before the change.</param>
    /// <param name="epoch">The first epoch with the new value, 1 or more.</param>
    /// <param name="from">The new value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is less than 1.</exception>
    public static Schedule Switch(double before, int epoch, double from)
    {
        Guard.Size(epoch);
        return new SwitchSchedule(before, epoch, from);
    }

    /// <summary>Creates a schedule that falls with the square root of time: first / sqrt(1 + (epoch - 1) / scale).</summary>
    /// <param name="first">Value of epoch 1.</param>
    /// <param name="scale">Epochs after which the square has halved, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not more than 0.</exception>
    public static Schedule InverseSquareRoot(double first, double scale)
    {
        Guard.Option(scale > 0, nameof(scale), scale, "more than 0");
        return new InverseSquareRootSchedule(first, scale);
    }

    /// <summary>Creates a constant schedule.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>Creates a constant schedule.</summary>
    /// <param name="value">The value.</param>
    public static Schedule FromDouble(double value) => Constant(value);

    /// <summary>True if the condition holds for all values that are known before a run.</summary>
    internal bool All(Func<double, bool> condition) => Extremes().All(condition);

    /// <summary>The least and the greatest value, if known. Schedules of users are checked as epochs begin.</summary>
    private protected virtual IEnumerable<double> Extremes() => [];

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

    private sealed record InverseSquareRootSchedule(double First, double Scale) : Schedule
    {
        public override double At(int epoch, int epochs) => First / Math.Sqrt(1 + ((epoch - 1) / Scale));

        public override string ToString() => $"{Text(First)} / sqrt(1 + (epoch - 1) / {Text(Scale)})";

        private protected override IEnumerable<double> Extremes() => [First];
    }

    private sealed record SwitchSchedule(double Before, int Epoch, double From) : Schedule
    {
        public override double At(int epoch, int epochs) => epoch < Epoch ? Before : From;

        public override string ToString() => $"{Text(Before)}, {Text(From)} from epoch {Epoch}";

        private protected override IEnumerable<double> Extremes() => [Before, From];
    }
}
