using DeepBelief.Units;

namespace DeepBelief.Evaluation;

/// <summary>Sites with finitely many states: bits, spins, categories, counts up to a largest.</summary>
/// <remarks>
/// <para>A step is a sweep over all sites, which proposes one of a site's other states, all with the same probability, and accepts it
/// with p(proposed) / (p(proposed) + p(current)) (Barker 1965): of two states, that is Gibbs sampling. The Metropolis rule, which
/// accepts more, flips nearly all bits in every sweep where β is small: pairs of bits then stay as they are.</para>
/// <para>p_0 is uniform, or has the frequencies of data and a little of the uniform distribution. It is normalised.</para>
/// </remarks>
internal sealed class ListedColumns : AnnealedColumns
{
    // What the data lack needs a probability, too.
    private const double UniformPart = 0.05;

    private readonly Sites sites;
    private readonly long start;
    private readonly Tensor logFrequencies; // [sites, states], float64

    /// <summary>Takes frequencies from all columns of data, <c>[rows, visible]</c>; null begins at the uniform distribution.</summary>
    public ListedColumns(Sites sites, long start, Tensor? data, Tensor like)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (this.sites, this.start) = (sites, start);
        var frequencies = torch.empty(sites.Count, sites.States, ScalarType.Float64, like.device).Fill(1.0 / sites.States);
        if (data is not null)
        {
            var numbers = Numbers(data).t();
            var counts = torch.zeros_like(frequencies).scatter_add_(1, numbers, torch.ones(numbers.shape, ScalarType.Float64, like.device));
            frequencies = counts.Scale((1 - UniformPart) / data.shape[0]).Add(frequencies, UniformPart);
        }

        logFrequencies = frequencies.log().DetachFromDisposeScope();
    }

    public override Tensor LogBase(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        return logFrequencies.t().gather(0, Numbers(rows)).sum(dim: 1).MoveToOuterDisposeScope();
    }

    public override void SampleBase(Tensor rows, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        var numbers = logFrequencies.exp().multinomial(rows.shape[0], true, generator).t();
        _ = Units(rows).copy_(sites.Values(numbers, rows.dtype).reshape(rows.shape[0], sites.Units));
    }

    public override void Round(Tensor rows)
    {
        using var scope = torch.NewDisposeScope();
        _ = Units(rows).copy_(sites.Nearest(Units(rows)));
    }

    public override void Move(FreeEnergyChains chains, double beta, int tuned)
    {
        for (var site = 0; sites.States > 1 && site < sites.Count; site++)
            MoveSite(chains, site, beta);
    }

    public override void Dispose() => logFrequencies.Dispose();

    private void MoveSite(FreeEnergyChains chains, int site, double beta)
    {
        using var scope = torch.NewDisposeScope();
        var rows = chains.Visible;
        var units = rows.narrow(1, start + (site * sites.Width), sites.Width);
        var numbers = sites.Numbers(units);
        var proposed = sites.Shifted(numbers, torch.randint(1, sites.States, [rows.shape[0]], ScalarType.Int64, rows.device, generator: chains.Generator));
        var logs = logFrequencies.select(0, site);
        var logBase = logs.index_select(0, proposed) - logs.index_select(0, numbers);
        _ = chains.Offer(units, sites.Values(proposed, rows.dtype), logBase, beta, logRatio => logRatio.sigmoid());
    }

    private Tensor Numbers(Tensor rows) => sites.Numbers(sites.BySite(Units(rows)));

    private Tensor Units(Tensor rows) => rows.narrow(1, start, sites.Units);
}
