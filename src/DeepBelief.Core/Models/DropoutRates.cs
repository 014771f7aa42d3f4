using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// How much of a classifier is left out of each training step, at random: what it learns then must not hang on single
/// units (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, "Dropout"). Outside of training nothing is left out.
/// </summary>
/// <param name="Input">Probability of leaving out an input, in [0, 1). Default: 0.</param>
/// <param name="Hidden">Probability of leaving out a hidden unit, in [0, 1). Default: 0.</param>
public sealed record DropoutRates(double Input = 0, double Hidden = 0)
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of its range; the message names it.</exception>
    public void Validate()
    {
        Guard.Option(Input is >= 0 and < 1, nameof(Input), Input, "a value in [0, 1)");
        Guard.Option(Hidden is >= 0 and < 1, nameof(Hidden), Hidden, "a value in [0, 1)");
    }
}
