namespace DeepBelief.Samples.Mnist.Experiments.Tables;

/// <summary>The original's five tables and two controls, in the order in which they are made and printed.</summary>
internal enum TableKind
{
    /// <summary>784-2500-10, from random weights.</summary>
    Rbm,

    /// <summary>784-2500-10, the first layer from a trained RBM.</summary>
    RbmPretrained,

    /// <summary>784-2500-10, the first layer from the trained RBM of <see cref="RbmPretrained"/>, its numbers in random places.</summary>
    RbmControl,

    /// <summary>784-512-128-64-10, from random weights.</summary>
    Dbn,

    /// <summary>784-512-128-64-10, all hidden layers from a trained DBN.</summary>
    DbnPretrained,

    /// <summary>Goes on from the fine-tuned model of <see cref="DbnPretrained"/>, with binarised input.</summary>
    DbnBinarized,

    /// <summary>784-512-128-64-10, all hidden layers from the trained DBN of <see cref="DbnPretrained"/>, their numbers in random places.</summary>
    DbnControl,
}
