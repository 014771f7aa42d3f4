using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// Target activity of the hidden units (Lee, Ekanadham and Ng 2008, "Sparse deep belief net model for visual area V2"), with the
/// cross-entropy penalty of Hinton 2012, section 11.
/// </summary>
/// <remarks>
/// The penalty of a unit is -p log q - (1 - p) log(1 - q), with p the target and q the moving mean of E[h | v] over the data. Its
/// derivative with respect to the unit's input is approximated as q - p, exact if all rows have the same input: cost · (q - p) is
/// added to the gradient of the bias, and cost · (q - p) · mean v to that of the incoming weights. For binary hidden units.
/// </remarks>
public sealed record SparsityOptions
{
    /// <summary>The target p, in (0, 1). Default: 0.1; Hinton recommends 0.01 to 0.1.</summary>
    public double Target { get; init; } = 0.1;

    /// <summary>Weight of the penalty relative to the negative log-likelihood of a row, in nats, more than 0. Default: 0.1.</summary>
    public double Cost { get; init; } = 0.1;

    /// <summary>Decay of the moving mean per batch, in [0, 1). Default: 0.95; Hinton recommends 0.9 to 0.99.</summary>
    public double Decay { get; init; } = 0.95;

    internal void Validate()
    {
        const string Option = nameof(TrainingOptions.Sparsity);
        var faults = new OptionFaults();
        faults.Option(Target is > 0 and < 1, $"{Option}.{nameof(Target)}", Target, "a value in (0, 1)");
        faults.Option(Cost > 0 && double.IsFinite(Cost), $"{Option}.{nameof(Cost)}", Cost, "more than 0");
        faults.Option(Decay is >= 0 and < 1, $"{Option}.{nameof(Decay)}", Decay, "a value in [0, 1)");
        faults.Throw();
    }
}
