namespace DeepBelief.Samples.Tabular;

/// <summary>How gaps of a column were filled, by the model and by a guess that looks at nothing else in the row.</summary>
/// <param name="Name">The column.</param>
/// <param name="IsNumber">
/// Whether the figures are root mean squared errors, in standard deviations of the column, with the mean for the guess; else
/// they are shares of gaps that were filled right, with the most frequent value for the guess.
/// </param>
/// <param name="Gaps">Number of gaps.</param>
/// <param name="Model">The model's figure.</param>
/// <param name="Guess">The guess's figure.</param>
internal sealed record ColumnScore(string Name, bool IsNumber, int Gaps, double Model, double Guess);
