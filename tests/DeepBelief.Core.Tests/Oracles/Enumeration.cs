using DeepBelief.Tests.Support;
using DeepBelief.Units;

namespace DeepBelief.Tests.Oracles;

/// <summary>Literal sums over all states of small binary layers.</summary>
internal static class Enumeration
{
    /// <summary>All states of n binary units, one a row, <c>[2^n, n]</c>, in float64.</summary>
    public static Tensor States(int n)
    {
        var states = new double[1 << n, n];
        for (var s = 0; s < 1 << n; s++)
        {
            for (var i = 0; i < n; i++)
                states[s, i] = (s >> i) & 1;
        }

        return torch.tensor(states);
    }

    /// <summary>All joint states of a layer whose units have finitely many, one a row, in float64.</summary>
    public static Tensor States(UnitLayer units)
    {
        var rows = UnitCases.States(units);
        var states = new double[rows.Count, units.Size];
        for (var s = 0; s < rows.Count; s++)
        {
            for (var i = 0; i < units.Size; i++)
                states[s, i] = rows[s][i];
        }

        return torch.tensor(states);
    }

    /// <summary>p(v) of every visible state of an RBM of binary visible units, in the order of <see cref="States(int)"/>.</summary>
    public static double[] VisibleProbabilities(IEnergyModel model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var energies = Read(model.FreeEnergy(States((int)model.VisibleSize)));
        var least = energies.Min();
        var weights = energies.Select(f => Math.Exp(least - f)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    /// <summary>-E(v, h) for one pair of states, written out as the definition has it.</summary>
    public static double MinusEnergy(Rbm rbm, double[] v, double[] h)
    {
        var total = -UnitCases.Energy(rbm.Visible, v) - UnitCases.Energy(rbm.Hidden, h);
        var weight = Matrix(rbm.Weight);
        for (var j = 0; j < h.Length; j++)
        {
            for (var i = 0; i < v.Length; i++)
                total += h[j] * weight[j][i] * v[i];
        }

        return total;
    }

    public static double LogSumExp(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var most = all.Max();
        return most + Math.Log(all.Sum(x => Math.Exp(x - most)));
    }

    public static double[][] Matrix(Tensor tensor)
    {
        var flat = Read(tensor);
        var columns = (int)tensor.shape[1];
        return [.. Enumerable.Range(0, (int)tensor.shape[0]).Select(r => flat[(r * columns)..((r + 1) * columns)])];
    }

    /// <summary>All parameters of a module, one after the other.</summary>
    public static double[] Read(torch.nn.Module module) => [.. module.parameters().SelectMany(parameter => Read(parameter))];

    public static double[] Read(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).contiguous().reshape(-1).data<double>().ToArray();
    }
}
