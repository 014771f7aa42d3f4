using DeepBelief.Evaluation;

namespace DeepBelief.Benchmarks.Cuda;

/// <summary>How well trained models fit rows, both on the CPU.</summary>
internal static class Scores
{
    /// <summary>The mean log-likelihood of rows, exact.</summary>
    public static double OfModel(Rbm rbm, Tensor rows) => LogLikelihood.Evaluate(rbm, rows, ExactEnumeration.LogPartition(rbm)).Mean;

    /// <summary>The mean log-likelihood of rows, exact.</summary>
    public static double OfNetwork(IDeepGenerativeModel network, Tensor rows) => DeepLogLikelihood.Exact(network, rows).Mean;

    /// <summary>The mean of the lower bound of rows, with log Z exact.</summary>
    public static double OfMachine(Dbm dbm, Tensor rows) => LogLikelihood.LowerBound(dbm, rows, ExactEnumeration.LogPartition(dbm)).Mean;

    /// <summary>How much lower the energy is at the rows than anywhere between the bounds of <see cref="ModelCase.NewNeural()"/>'s dynamics.</summary>
    public static double EnergyGap(NeuralEnergyModel model, Tensor rows)
    {
        using var noGrad = torch.no_grad();
        using var generator = new torch.Generator(5);
        using var scope = torch.NewDisposeScope();
        var elsewhere = torch.empty_like(rows).uniform_(ModelCase.Lower, ModelCase.Upper, generator);
        var values = model.FreeEnergy(elsewhere).mean() - model.FreeEnergy(rows).mean();
        return values.item<float>();
    }
}
