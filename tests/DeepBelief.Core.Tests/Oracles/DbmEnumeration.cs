using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Oracles;

/// <summary>Literal sums over all joint states of a small deep Boltzmann machine, from the definition of its energy.</summary>
internal static class DbmEnumeration
{
    /// <summary>All joint states of the layers, visible first, each a list of the layers' states.</summary>
    public static IReadOnlyList<double[][]> States(Dbm dbm)
        => new[] { dbm.Visible }.Concat(dbm.Hidden).Select(UnitCases.States)
            .Aggregate<IReadOnlyList<double[]>, List<double[][]>>([[]], (all, next) => [.. all.SelectMany(left => next.Select(right => left.Append(right).ToArray()))]);

    public static double MinusEnergy(Dbm dbm, double[][] states)
    {
        UnitLayer[] layers = [dbm.Visible, .. dbm.Hidden];
        var total = -layers.Zip(states, UnitCases.Energy).Sum();
        foreach (var (below, weight) in dbm.Weights.Index())
        {
            var rows = Enumeration.Matrix(weight);
            for (var j = 0; j < states[below + 1].Length; j++)
            {
                for (var i = 0; i < states[below].Length; i++)
                    total += states[below + 1][j] * rows[j][i] * states[below][i];
            }
        }

        return total;
    }

    public static double LogPartition(Dbm dbm) => Enumeration.LogSumExp(States(dbm).Select(states => MinusEnergy(dbm, states)));

    /// <summary>-F(v) of one row, by the sum over all hidden states.</summary>
    public static double MinusFreeEnergy(Dbm dbm, double[] v)
        => Enumeration.LogSumExp(States(dbm).Where(states => states[0].SequenceEqual(v)).Select(states => MinusEnergy(dbm, states)));

    /// <summary>The mean exact log-likelihood of rows of bits under a machine of two hidden layers of bits; the rows need no gradient.</summary>
    public static Tensor LogLikelihood(Dbm dbm, Tensor rows)
        => LogWeights(dbm, rows).mean() - LogWeights(dbm, Enumeration.States((int)dbm.VisibleSize).to(rows.dtype)).logsumexp(0);

    /// <summary>-F(v), with a list of h1 and the sum over h2 in closed form.</summary>
    public static Tensor LogWeights(Dbm dbm, Tensor rows)
    {
        var middle = Enumeration.States((int)dbm.Hidden[0].Size).to(rows.dtype);
        var upper = dbm.Hidden[1].CumulantGenerator(middle.mm(dbm.Weights[1].t())) - dbm.Hidden[0].Energy(middle);
        return (rows.mm(dbm.Weights[0].t()).mm(middle.t()) + upper).logsumexp(1) - dbm.Visible.Energy(rows);
    }
}
