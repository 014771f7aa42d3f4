using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// A target for how often a hidden unit is on (Lee, Ekanadham and Ng 2008, "Sparse deep belief net model for visual area
/// V2"), as a cross-entropy in the form of Hinton 2012, section 11.
/// </summary>
/// <remarks>
/// The penalty of a unit is -p log q - (1 - p) log(1 - q), with p the target and q the moving mean of E[h | v] over the
/// data. Its derivative by the unit's input is taken to be q - p, as it is where the input is the same in all rows: the
/// gradients of a bias and of the weights that come in get cost · (q - p) and cost · (q - p) · mean v. For binary hidden
/// units.
/// </remarks>
public sealed record SparsityOptions
{
    /// <summary>The target p, in (0, 1). Default: 0.1; Hinton has 0.01 to 0.1.</summary>
    public double Target { get; init; } = 0.1;

    /// <summary>Weight of the penalty beside the negative log-likelihood of a row, in nats, more than 0. Default: 0.1.</summary>
    public double Cost { get; init; } = 0.1;

    /// <summary>Decay of the moving mean from batch to batch, in [0, 1). Default: 0.95; Hinton has 0.9 to 0.99.</summary>
    public double Decay { get; init; } = 0.95;

    internal void Validate()
    {
        const string Option = nameof(TrainingOptions.Sparsity);
        Guard.Option(Target is > 0 and < 1, $"{Option}.{nameof(Target)}", Target, "a value in (0, 1)");
        Guard.Option(Cost > 0 && double.IsFinite(Cost), $"{Option}.{nameof(Cost)}", Cost, "more than 0");
        Guard.Option(Decay is >= 0 and < 1, $"{Option}.{nameof(Decay)}", Decay, "a value in [0, 1)");
    }
}
