namespace DeepBelief.Units;

/// <summary>
/// A parameter b that is a linear term in the energy of some units, -E(x) = Σ b x / s + ..., and so can absorb an input that
/// is the same in all rows.
/// </summary>
/// <param name="Bias">b, a vector.</param>
/// <param name="Scale">s, of the same length; 1 when null.</param>
public readonly record struct LinearTerm(Parameter Bias, Tensor? Scale = null);
