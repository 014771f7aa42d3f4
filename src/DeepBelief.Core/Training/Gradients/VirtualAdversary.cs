using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The divergence of a classifier's probabilities from those at rows that are moved against it.</summary>
internal sealed class VirtualAdversary(torch.nn.Module<Tensor, Tensor> network, VirtualAdversarialOptions options)
{
    /// <summary>
    /// Returns the weighted mean divergence, to differentiate by the parameters. The random directions that the search starts from
    /// come from <see cref="DefaultGenerator"/>. Leaves the network in evaluation mode.
    /// </summary>
    /// <param name="rows">Rows, <c>[rows, ..]</c>.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, with a mean of 1; null if all count alike.</param>
    public Tensor Loss(Tensor rows, Tensor? weights)
    {
        // With masks, probabilities would differ without a move.
        network.eval();
        var fixedRows = rows.detach();
        var expected = Expected(fixedRows);
        var divergences = Divergences(expected, Moved(fixedRows, expected));
        return (weights is null ? divergences : divergences * weights).mean().Times(options.Weight);
    }

    /// <summary>Returns the rows moved by the distance in the directions in which the probabilities change most.</summary>
    public Tensor Moved(Tensor rows) => Moved(rows, Expected(rows));

    private Tensor Moved(Tensor rows, Tensor expected)
    {
        var directions = torch.empty_like(rows).normal_(0, 1, rows.device_type == DeviceType.CPU ? DefaultGenerator.Current : null);
        for (var i = 0; i < options.PowerIterations; i++)
        {
            // The divergence is least, 0, at the rows: near them, its gradient is the Hessian times the step.
            var near = AdversarialMoves.Along(rows, directions, options.DifferenceStep).requires_grad_();
            directions = torch.autograd.grad([Divergences(expected, near).sum()], [near])[0];
        }

        return AdversarialMoves.Along(rows, directions, options.Distance);
    }

    // log p(y | x)
    private Tensor Expected(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        return network.call(rows).log_softmax(1);
    }

    private Tensor Divergences(Tensor expected, Tensor moved) => (expected.exp() * (expected - network.call(moved).log_softmax(1))).sum(1);
}
