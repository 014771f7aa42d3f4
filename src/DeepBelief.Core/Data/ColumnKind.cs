namespace DeepBelief.Data;

/// <summary>What the values of a table's column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, with a decimal point and without separators of thousands.</summary>
    Number,

    /// <summary>One of two texts, whatever they are: yes and no, 0 and 1.</summary>
    YesNo,

    /// <summary>One of several texts.</summary>
    Category,
}
