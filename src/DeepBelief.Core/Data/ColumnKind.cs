namespace DeepBelief.Data;

/// <summary>The kind of values in a table's column.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, with a decimal point and without thousands separators.</summary>
    Number,

    /// <summary>One of two texts, such as yes and no, or 0 and 1.</summary>
    YesNo,

    /// <summary>One of several texts.</summary>
    Category,
}
