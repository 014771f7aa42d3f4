using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The divergence of a classifier's probabilities from those at rows that are moved against it, and their entropies.</summary>
internal sealed class VirtualAdversary(torch.nn.Module<Tensor, Tensor> network, VirtualAdversarialOptions options)
{
    // A mean probability may be 0 in float32.
    private const double LeastProbability = 1e-30;

    private readonly RunningStatistics statistics = new(network);

    /// <summary>
    /// Returns the weighted mean divergence and, if asked for, entropies, to differentiate by the parameters. The random directions
    /// that the search starts from come from <see cref="DefaultGenerator"/>. Leaves the network in evaluation mode.
    /// </summary>
    /// <param name="rows">Rows, <c>[rows, ..]</c>.</param>
    /// <param name="weights">How much each row counts, <c>[rows]</c>, with a mean of 1; null if all count alike.</param>
    public Tensor Loss(Tensor rows, Tensor? weights)
    {
        // With masks, probabilities would differ without a move. Normalized by other means than in training, a network is another one.
        network.eval();
        using var held = statistics.Hold(rows.shape[0]);
        var fixedRows = rows.detach();
        if (options is { EntropyWeight: 0, BalanceWeight: 0 })
            return Smoothness(fixedRows, Expected(fixedRows), weights);
        var logs = Logs(fixedRows);
        return Smoothness(fixedRows, logs.detach(), weights).Plus(Entropies(logs, weights));
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

    private Tensor Smoothness(Tensor rows, Tensor expected, Tensor? weights)
        => Weighted(Divergences(expected, Moved(rows, expected)), weights).mean().Times(options.Weight);

    private Tensor Entropies(Tensor logs, Tensor? weights)
    {
        var probabilities = logs.exp();
        var ofEach = Weighted((probabilities * logs).sum(1), weights).mean().neg();
        var mean = (weights is null ? probabilities : probabilities * weights.unsqueeze(1)).mean([0L]);
        var ofMean = (mean * mean.AtLeast(LeastProbability).log()).sum().neg();
        return ofEach.Times(options.EntropyWeight).Plus(ofMean, -options.BalanceWeight);
    }

    private Tensor Expected(Tensor rows)
    {
        using var noGrad = torch.no_grad();
        return Logs(rows);
    }

    // log p(y | x)
    private Tensor Logs(Tensor rows) => network.call(rows).log_softmax(1);

    private Tensor Divergences(Tensor expected, Tensor moved) => (expected.exp() * (expected - Logs(moved))).sum(1);

    private static Tensor Weighted(Tensor ofRows, Tensor? weights) => weights is null ? ofRows : ofRows * weights;
}
