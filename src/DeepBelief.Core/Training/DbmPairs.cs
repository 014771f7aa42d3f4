using DeepBelief.Persistence;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>
/// What pre-trains a <see cref="Dbm"/>: for each two neighbouring layers an RBM with parameters of its own, in which copies stand for
/// the layers that it does not have.
/// </summary>
internal sealed class DbmPairs : torch.nn.Module
{
    private readonly Rbm[] pairs;
    private readonly double upperShare;

    /// <param name="dbm">The machine, whose parameters the RBMs begin with.</param>
    /// <param name="upperCopies">Copies of a layer that stand for those above.</param>
    public DbmPairs(Dbm dbm, int upperCopies)
        : base(nameof(DbmPairs))
    {
        pairs = [.. Views(dbm).Select(view => ModelFile.Clone(RbmCodec.Instance, view))];
        foreach (var (layer, pair) in pairs.Index())
            register_module(FormattableString.Invariant($"{layer}"), pair);
        upperShare = upperCopies / (upperCopies + 1.0);
        Machines =
        [
            .. pairs.Select((pair, layer) => new CopiedRbm(
                pair,
                visibleCopies: layer < pairs.Length - 1 ? 1 + upperCopies : 1,
                hiddenCopies: layer > 0 ? (1.0 + upperCopies) / upperCopies : 1)),
        ];
    }

    /// <summary>The RBMs with their copies, lowest first.</summary>
    public IReadOnlyList<CopiedRbm> Machines { get; }

    /// <summary>
    /// Gives the machine the weights of the RBMs and, for a layer of two of them, the mean of their parameters: p(h) of the machine then is
    /// the geometric mean of theirs, in which each has the weight of what it says.
    /// </summary>
    public void Push(Dbm dbm)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Assign(dbm.Visible, pairs[0].Visible, above: null);
        foreach (var (layer, units) in dbm.Hidden.Index())
        {
            Assign(units, pairs[layer].Hidden, layer + 1 < pairs.Length ? pairs[layer + 1].Visible : null);
            Parameters.Assign(dbm.Weights[layer], pairs[layer].Weight);
        }
    }

    /// <summary>Gives the RBMs the parameters of the machine.</summary>
    public void Pull(Dbm dbm)
    {
        foreach (var (view, pair) in Views(dbm).Zip(pairs))
        {
            foreach (var (given, own) in view.parameters().Zip(pair.parameters()))
                Parameters.Assign(own, given);
        }
    }

    private static IEnumerable<Rbm> Views(Dbm dbm)
        => dbm.Weights.Select((weight, layer) => layer == 0 ? dbm.Lowest : new Rbm(dbm.Hidden[layer - 1], dbm.Hidden[layer], weight));

    private void Assign(UnitLayer units, UnitLayer below, UnitLayer? above)
    {
        foreach (var ((target, lower), i) in units.parameters().Zip(below.parameters()).Select((pair, i) => (pair, i)))
            Parameters.Assign(target, above is null ? lower : lower.Plus((above.parameters().ElementAt(i) - lower).Times(upperShare)));
    }
}
