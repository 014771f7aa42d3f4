namespace DeepBelief.Tests.Oracles;

/// <summary>Gradients without autograd.</summary>
internal static class CentralDifferences
{
    /// <summary>The gradient of a function of a module's parameters, in the order of <see cref="Enumeration.Read(torch.nn.Module)"/>.</summary>
    public static double[] Of(torch.nn.Module module, Func<double> function)
    {
        using var noGrad = torch.no_grad();
        const double Step = 1e-5;
        var result = new List<double>();
        foreach (var parameter in module.parameters())
        {
            using var flat = parameter.view(-1);
            for (var i = 0L; i < flat.shape[0]; i++)
            {
                using var element = flat.narrow(0, i, 1);
                using var before = element.clone();
                result.Add((At(element, before, Step) - At(element, before, -Step)) / (2 * Step));
                _ = element.copy_(before);
            }
        }

        return [.. result];

        double At(Tensor element, Tensor before, double step)
        {
            using var moved = before + step;
            _ = element.copy_(moved);
            return function();
        }
    }
}
