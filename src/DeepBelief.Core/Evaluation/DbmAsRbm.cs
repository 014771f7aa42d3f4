using DeepBelief.Tensors;

namespace DeepBelief.Evaluation;

/// <summary>Evaluates a <see cref="Dbm"/> as the RBM that it is.</summary>
internal static class DbmAsRbm
{
    private const long BlockRows = 1000;

    /// <summary>Runs an evaluation of the RBM, with rows of its visible units for those of the machine.</summary>
    public static TResult Run<TResult>(Dbm model, Tensor? data, Func<Rbm, Tensor?, TResult> evaluate)
    {
        ArgumentNullException.ThrowIfNull(model);
        Lifetime.Check(model);
        if (data is not null)
        {
            Guard.Rows(data, model.VisibleSize, model.Weights[0]);
            model.Visible.Support.Check(data);
        }

        using var scope = torch.NewDisposeScope();
        using var halves = new DbmHalves(model);
        return evaluate(halves.Rbm, data is null ? null : Join(halves, data));
    }

    // In blocks, as all rows' hidden units may not fit in memory.
    private static Tensor Join(DbmHalves halves, Tensor data)
        => halves.SharesWeights ? data : torch.cat([.. data.split(BlockRows).Select(block => halves.JoinRows(block, MeanField.Default))]);
}
