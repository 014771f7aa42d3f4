using DeepBelief.Data;

namespace DeepBelief.Cli.Models;

/// <summary>The classes that a model tells, or that the rows of a training have.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Column">Their names, by the column that they were in; null if they are numbers from 0.</param>
/// <param name="WithoutNames">Why they are numbers, for the message about texts.</param>
internal sealed record KnownClasses(long Count, CategoryColumn? Column, string WithoutNames);
