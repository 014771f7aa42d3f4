namespace DeepBelief.Evaluation;

/// <summary>Outputs of networks for many rows.</summary>
internal static class NetworkOutputs
{
    private const long BlockRows = 1000;

    /// <summary>Concatenates what a function returns for each block of rows, with the network in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="ofBlock">Returns a result, <c>[count, ..]</c>, for the rows from start on.</param>
    public static Tensor OfBlocks(torch.nn.Module network, long rows, Func<long, long, Tensor> ofBlock)
    {
        using var inside = InputChecks.Enter();
        using var noGrad = torch.no_grad();
        using var mode = new EvaluationMode(network);
        using var scope = torch.NewDisposeScope();
        var blocks = new List<Tensor>();
        for (var start = 0L; start < rows; start += BlockRows)
        {
            using var blockScope = torch.NewDisposeScope();
            blocks.Add(ofBlock(start, Math.Min(BlockRows, rows - start)).MoveToOuterDisposeScope());
        }

        return torch.cat(blocks).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the outputs for rows.</summary>
    public static Tensor Of(torch.nn.Module<Tensor, Tensor> network, Tensor rows)
        => OfBlocks(network, rows.shape[0], (start, count) => network.call(rows.narrow(0, start, count)));
}
