using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>When the mean-field inference of a <see cref="Dbm"/> ends. Immutable.</summary>
/// <remarks>
/// A sweep updates the even hidden layers, then the odd ones, each to its expected states given those of its neighbours: steps of
/// coordinate ascent, so that no sweep lowers the bound on log p(v) (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines",
/// section 3.1). Inference starts from a pass upwards, in which layers between two others count the input from below twice, in
/// place of the one from above that is still missing.
/// </remarks>
public sealed record MeanField
{
    /// <summary>The default.</summary>
    public static MeanField Default { get; } = new();

    /// <summary>Most sweeps, 1 or more. Default: 30.</summary>
    public int MostSweeps { get; init; } = 30;

    /// <summary>
    /// Inference ends after a sweep in which no expected state, of any unit and row, has moved by more than this; 0 or more.
    /// Default: 0.001. At 0 all sweeps run; so they do on a GPU, where to look would wait for the device.
    /// </summary>
    public double Tolerance { get; init; } = 0.001;

    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(MostSweeps >= 1, $"{nameof(MeanField)}.{nameof(MostSweeps)}", MostSweeps, "1 or more");
        faults.Option(Tolerance >= 0 && double.IsFinite(Tolerance), $"{nameof(MeanField)}.{nameof(Tolerance)}", Tolerance, "0 or more");
        faults.Throw();
    }
}
