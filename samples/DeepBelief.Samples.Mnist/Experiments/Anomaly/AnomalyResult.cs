namespace DeepBelief.Samples.Mnist.Experiments.Anomaly;

/// <summary>Free energies that a machine of one seed gives to images.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Digits">Of the test images, in nats.</param>
/// <param name="Others">Of what is no digit.</param>
/// <param name="TrainingTime">Of the machine, when it was trained.</param>
internal sealed record AnomalyResult(int Seed, float[] Digits, IReadOnlyList<AnomalySet> Others, TimeSpan TrainingTime);

/// <summary>Images that are no digits.</summary>
/// <param name="Name">What they are.</param>
/// <param name="FreeEnergies">Of each, in nats.</param>
/// <param name="RocAuc">The probability that one of them has a higher free energy than a digit; 0.5 if that tells nothing.</param>
internal sealed record AnomalySet(string Name, float[] FreeEnergies, double RocAuc);
