using DeepBelief.Evaluation;
using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>The mean of any loss of rows.</summary>
/// <param name="network">The network, which evaluation puts into its mode.</param>
/// <param name="losses">Returns the losses, <c>[rows]</c>, of what the network makes of rows, the batch's own or these moved.</param>
internal sealed class LossObjective(torch.nn.Module network, Func<Tensor, Batch, Tensor> losses) : Objective<LossMetrics>
{
    public override Tensor Loss(Tensor inputs, Batch batch)
    {
        var ofRows = losses(inputs, batch);
        return (batch.Weights is { } weights ? ofRows * weights : ofRows).mean();
    }

    public override LossMetrics Evaluate(int epoch, double learningRate, Batch scored, Batch? validation, TimeSpan elapsed)
        => new(epoch, learningRate, Mean(scored), validation is { } unseen ? Mean(unseen) : null, elapsed);

    public override double Monitored(LossMetrics metrics) => metrics.Validation ?? metrics.Train;

    public override void Dispose()
    {
    }

    private double Mean(Batch rows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return RowWeights.Mean(Losses(rows), rows.Weights);
    }

    private Tensor Losses(Batch rows)
    {
        if (!SparseRows.Are(rows.Rows))
            return NetworkOutputs.OfBlocks(network, rows.Count, (start, count) => losses(rows.Rows.narrow(0, start, count), rows.Narrow(start, count)));
        var first = 0L;
        return SparseRows.Map(rows.Rows, rows.Rows.shape[1], rows.Rows, block =>
        {
            var some = new Batch(block, rows.Labels?.narrow(0, first, block.shape[0]), rows.Weights?.narrow(0, first, block.shape[0]));
            first += block.shape[0];
            return Losses(some);
        });
    }
}
