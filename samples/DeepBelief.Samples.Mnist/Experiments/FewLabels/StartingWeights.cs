namespace DeepBelief.Samples.Mnist.Experiments.FewLabels;

/// <summary>What a classifier begins with, in the order in which the tables have them.</summary>
internal enum StartingWeights
{
    /// <summary>What was learned from the images without their labels.</summary>
    Pretrained,

    /// <summary>
    /// The same numbers in random places, trained in just the same way: against these, pre-training gains by what was learned
    /// and nothing else.
    /// </summary>
    Shuffled,

    /// <summary>Random weights with settings of their own and more epochs: the best that goes without pre-training.</summary>
    Random,
}
