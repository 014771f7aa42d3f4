namespace DeepBelief.Evaluation;

/// <summary>How far annealing is; reported ten times a second at most, and at the end.</summary>
/// <param name="Step">Steps that all chains have done.</param>
/// <param name="Steps">Steps that there are in all.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record AnnealingProgress(int Step, int Steps, TimeSpan Elapsed)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Fraction => (double)Step / Steps;
}
