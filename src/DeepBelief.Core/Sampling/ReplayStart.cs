namespace DeepBelief.Sampling;

/// <summary>Where the chains of a <see cref="ReplayBuffer"/> start.</summary>
public enum ReplayStart
{
    /// <summary>At uniform noise within each unit's range in the data.</summary>
    Uniform,

    /// <summary>At normal noise with each unit's mean and variance in the data.</summary>
    Normal,

    /// <summary>At rows of the data.</summary>
    Data,
}
