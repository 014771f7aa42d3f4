using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// The dropout rates of a classifier. Dropping random units in training keeps units from co-adapting (Srivastava, Hinton,
/// Krizhevsky, Sutskever and Salakhutdinov 2014, "Dropout"). Evaluation drops nothing.
/// </summary>
/// <param name="Input">Probability of dropping an input, in [0, 1). Default: 0.</param>
/// <param name="Hidden">Probability of dropping a hidden unit, in [0, 1). Default: 0.</param>
public sealed record DropoutRates(double Input = 0, double Hidden = 0)
{
    /// <summary>Throws if a rate is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range, or both are; the message names them.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Option(Input is >= 0 and < 1, nameof(Input), Input, "a value in [0, 1)");
        faults.Option(Hidden is >= 0 and < 1, nameof(Hidden), Hidden, "a value in [0, 1)");
        faults.Throw();
    }
}
