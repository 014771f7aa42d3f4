namespace DeepBelief.Samples.Mnist.Report.Models;

/// <summary>A pre-trained network with what to call it; an RBM is a network of one layer.</summary>
internal sealed record NamedDbn(string Name, Dbn Dbn);
