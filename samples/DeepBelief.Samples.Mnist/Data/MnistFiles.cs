namespace DeepBelief.Samples.Mnist.Data;

/// <summary>Where the four files are; each may be raw or compressed by gzip, as its name tells.</summary>
internal sealed record MnistFiles(string TrainImages, string TrainLabels, string TestImages, string TestLabels);
