namespace DeepBelief.Evaluation;

/// <summary>Progress of annealing; reported at most ten times a second, and at the end.</summary>
/// <param name="Step">Steps done by all chains.</param>
/// <param name="Steps">Total number of steps.</param>
/// <param name="Elapsed">Time since the run started.</param>
public sealed record AnnealingProgress(int Step, int Steps, TimeSpan Elapsed)
{
    /// <summary>Fraction done, 0 to 1.</summary>
    public double Fraction => (double)Step / Steps;
}
