namespace DeepBelief.Units;

/// <summary>
/// A parameter b that stands in the energy of some units as a linear term, -E(x) = Σ b x / s + ..., so that an input to
/// the units that is the same in all rows can be taken over into it.
/// </summary>
/// <param name="Bias">b, a vector.</param>
/// <param name="Scale">s, of the same length; 1 when null.</param>
public readonly record struct LinearTerm(Parameter Bias, Tensor? Scale = null);
