namespace DeepBelief.Evaluation;

/// <summary>How well an autoencoder reconstructs rows.</summary>
/// <param name="SquaredError">Mean of <see cref="ReconstructionLoss.SquaredError"/> over rows.</param>
/// <param name="CrossEntropy">Mean of <see cref="ReconstructionLoss.CrossEntropy"/> over rows; null for reals, which have none.</param>
public sealed record ReconstructionScore(double SquaredError, double? CrossEntropy);
