using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Oracles;

/// <summary>Literal sums over all states of small networks of directed layers below a machine at the top.</summary>
/// <param name="layers">Below the top machine, lowest first: the machine of p(x | y), and that of q(y | x).</param>
/// <param name="top">log p of states of the highest hidden layer below the top machine's hidden one.</param>
internal sealed class DeepEnumeration((Rbm Down, Rbm Up)[] layers, Func<double[], double> top)
{
    public static DeepEnumeration Of(Dbn dbn)
        => new([.. dbn.Layers.SkipLast(1).Select(rbm => (rbm, rbm))], LogMarginal(dbn.Layers[^1]));

    /// <summary>log Σ_h exp(-E(x, h)) - log Z of a machine.</summary>
    public static Func<double[], double> LogMarginal(Rbm rbm)
    {
        var logZ = Enumeration.LogSumExp(UnitCases.States(rbm.Visible).Select(Marginal));
        return x => Marginal(x) - logZ;

        double Marginal(double[] x) => Enumeration.LogSumExp(UnitCases.States(rbm.Hidden).Select(h => Enumeration.MinusEnergy(rbm, x, h)));
    }

    /// <summary>log p(v).</summary>
    public double Log(double[] visible) => Enumeration.LogSumExp(Paths(visible).Select(path => path.LogP));

    /// <summary>The mean of log p(v, h) - log q(h | v) over q.</summary>
    public double Bound(double[] visible) => Paths(visible).Sum(path => Math.Exp(path.LogQ) * (path.LogP - path.LogQ));

    /// <summary>All hidden states below the top machine's hidden ones, with log p(v, h) and log q(h | v).</summary>
    public IReadOnlyList<(double[][] States, double LogP, double LogQ)> Paths(double[] visible)
    {
        List<(double[][] States, double LogP, double LogQ)> paths = [([visible], 0, 0)];
        foreach (var (down, up) in layers)
        {
            paths = [.. paths.SelectMany(path => UnitCases.States(up.Hidden).Select(upper =>
                ((double[][])[.. path.States, upper], path.LogP + LogDown(down, path.States[^1], upper), path.LogQ + LogUp(up, path.States[^1], upper))))];
        }

        return [.. paths.Select(path => (path.States, path.LogP + top(path.States[^1]), path.LogQ))];
    }

    /// <summary>log p(x | y).</summary>
    public static double LogDown(Rbm rbm, double[] lower, double[] upper)
    {
        if (rbm.Visible is not GaussianUnits units)
            return Enumeration.MinusEnergy(rbm, lower, upper) - Enumeration.LogSumExp(UnitCases.States(rbm.Visible).Select(x => Enumeration.MinusEnergy(rbm, x, upper)));
        // N(b + σ² y W, σ²), as the definition of the units has it.
        var (bias, logVariance, weight) = (Enumeration.Read(units.Bias), Enumeration.Read(units.LogVariance), Enumeration.Matrix(rbm.Weight));
        return lower.Index().Sum(x =>
        {
            var variance = Math.Exp(logVariance[x.Index]);
            var mean = bias[x.Index] + (variance * upper.Index().Sum(y => y.Item * weight[y.Index][x.Index]));
            return (-(x.Item - mean) * (x.Item - mean) / (2 * variance)) - (Math.Log(2 * Math.PI * variance) / 2);
        });
    }

    /// <summary>log q(y | x).</summary>
    public static double LogUp(Rbm rbm, double[] lower, double[] upper)
        => Enumeration.MinusEnergy(rbm, lower, upper) - Enumeration.LogSumExp(UnitCases.States(rbm.Hidden).Select(y => Enumeration.MinusEnergy(rbm, lower, y)));
}
