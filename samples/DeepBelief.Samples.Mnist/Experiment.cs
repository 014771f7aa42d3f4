namespace DeepBelief.Samples.Mnist;

/// <summary>The five tables, in the order in which they are made and printed.</summary>
internal enum Experiment
{
    /// <summary>784-2500-10, from random weights.</summary>
    Rbm,

    /// <summary>784-2500-10, the first layer from a trained RBM.</summary>
    RbmPretrained,

    /// <summary>784-512-128-64-10, from random weights.</summary>
    Dbn,

    /// <summary>784-512-128-64-10, all hidden layers from a trained DBN.</summary>
    DbnPretrained,

    /// <summary>Goes on from the fine-tuned model of <see cref="DbnPretrained"/>, with binarised input.</summary>
    DbnBinarized,
}
