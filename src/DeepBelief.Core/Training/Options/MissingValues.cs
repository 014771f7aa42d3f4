namespace DeepBelief.Training;

/// <summary>What training does with NaN in its rows, which marks a missing value.</summary>
public enum MissingValues
{
    /// <summary>Rejects the rows with an exception.</summary>
    Reject,

    /// <summary>
    /// Leaves the units out of both phases: each row trains the machine of its known units alone, with shared weights
    /// (Salakhutdinov, Mnih and Hinton 2007, "Restricted Boltzmann machines for collaborative filtering"). For rows of which most
    /// is missing, such as ratings. For an <see cref="Rbm"/> with <see cref="Sampling.ContrastiveDivergence"/>; groups of
    /// categories are known or missing as a whole.
    /// </summary>
    LeaveOut,

    /// <summary>
    /// Draws the values in each update from the model, given the known ones, by a few steps of a chain: the gradient of the
    /// likelihood of what is known, Σ over the missing values, if they are missing at random (Little and Rubin 2002, "Statistical
    /// analysis with missing data"). For rows of which most is known, such as tables with gaps. For every
    /// <see cref="IConditionalModel"/> and negative phase.
    /// </summary>
    Draw,
}
