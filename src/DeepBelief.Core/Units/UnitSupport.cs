namespace DeepBelief.Units;

/// <summary>The values that a unit can take.</summary>
public enum UnitSupport
{
    /// <summary>Any real number.</summary>
    Real,

    /// <summary>0 or 1; as data, a probability in between stands for its expected state.</summary>
    Binary,
}
