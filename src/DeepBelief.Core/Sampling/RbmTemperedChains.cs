using System.Globalization;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Sampling;

/// <summary>
/// The chains of <see cref="ParallelTempering"/>, stacked in one matrix by temperature, the coldest last; all take each step
/// together.
/// </summary>
internal sealed class RbmTemperedChains : RbmSampler
{
    // Finding the data's means takes Newton's method; between, the field follows the biases.
    private const long UpdatesPerFields = 100;

    private readonly Rbm rbm;
    private readonly int steps;
    private readonly Generator? generator;
    private readonly Tensor dataMeans; // [visible]
    private readonly Tensor visibleField; // a, [1, visible]
    private readonly Tensor hiddenField; // d, [1, hidden]
    private readonly Tensor baseInputs; // a and the visible biases together, [1, visible]
    private readonly Tensor weight;
    private readonly Tensor transposed;
    private readonly long temperatures;
    private readonly long chains;
    private readonly Tensor betas; // β, [rows, 1]
    private readonly Tensor fieldParts; // 1 - β, [rows, 1]
    private readonly Tensor rises; // differences of neighbouring β, [temperatures - 1]
    private readonly Tensor rows; // row numbers, [rows]
    private readonly Tensor hidden;
    private readonly Tensor visible;
    private readonly Tensor couplings; // v Wᵀ
    private readonly Tensor inputs; // of the hidden units
    private readonly Tensor coldest; // a view of hidden
    private readonly ChainCorrelation correlation; // of the coldest
    private readonly DataJumps? jumps; // of the coldest
    private readonly Tensor stepsTaken; // on the CPU, as the host reads it
    private readonly Tensor accepted; // [temperatures - 1]
    private readonly long[] offered;

    /// <summary>
    /// Creates a sampler for a ladder of inverse temperatures, increasing to 1. The sample, <c>[rows, visible]</c>, gives the
    /// hottest distribution its means; hidden, <c>[temperatures · chains, hidden]</c>, is where the chains start. It owns the latter and the jumps.
    /// </summary>
    public RbmTemperedChains(Rbm rbm, IReadOnlyList<double> ladder, int steps, Generator? generator, Tensor sample, Tensor hidden, DataJumps? jumps = null)
        : base(rbm, steps, generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        this.rbm = rbm;
        this.steps = steps;
        this.generator = generator;
        dataMeans = ColumnSums.Mean(sample).DetachFromDisposeScope();
        this.hidden = hidden.DetachFromDisposeScope();
        temperatures = ladder.Count;
        chains = hidden.size(0) / temperatures;
        coldest = hidden.narrow(0, hidden.size(0) - chains, chains).DetachFromDisposeScope();
        var (count, type, device) = (temperatures * chains, hidden.dtype, hidden.device);
        weight = rbm.Weight.detach().DetachFromDisposeScope();
        transposed = weight.t().DetachFromDisposeScope();
        visibleField = torch.zeros(1, rbm.Visible.Size, type, device).DetachFromDisposeScope();
        hiddenField = torch.zeros(1, rbm.Hidden.Size, type, device).DetachFromDisposeScope();
        baseInputs = torch.zeros_like(visibleField).DetachFromDisposeScope();
        FindBaseInputs();
        var beta = torch.tensor(ladder.ToArray(), ScalarType.Float64, torch.CPU);
        betas = beta.repeat_interleave(chains).unsqueeze(1).to(type, device).DetachFromDisposeScope();
        fieldParts = OneMinus(betas).DetachFromDisposeScope();
        rises = (beta.narrow(0, 1, temperatures - 1) - beta.narrow(0, 0, temperatures - 1)).to(type, device).DetachFromDisposeScope();
        rows = Range(0, count, device).DetachFromDisposeScope();
        visible = torch.empty(count, rbm.Visible.Size, type, device).DetachFromDisposeScope();
        couplings = torch.empty_like(hidden).DetachFromDisposeScope();
        inputs = torch.empty_like(hidden).DetachFromDisposeScope();
        stepsTaken = torch.zeros(1, ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
        accepted = torch.zeros(temperatures - 1, ScalarType.Int64, device).DetachFromDisposeScope();
        offered = new long[temperatures - 1];
        correlation = new ChainCorrelation(coldest);
        this.jumps = jumps;
        State = DataJumps.AddState(jumps, new() { ["chains"] = hidden, ["coldest_before"] = correlation.Before, ["base_inputs"] = baseInputs, ["data_means"] = dataMeans, ["steps"] = stepsTaken });
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override IReadOnlyDictionary<string, double> TakeDiagnostics()
    {
        using var scope = torch.NewDisposeScope();
        var counts = accepted.cpu().data<long>().ToArray();
        var rates = new OrderedDictionary<string, double>(counts.Length);
        for (var i = 0; i < counts.Length; i++)
            rates.Add(string.Create(CultureInfo.InvariantCulture, $"{ParallelTempering.SwapAcceptance}/{i}"), (double)counts[i] / offered[i]);
        _ = accepted.zero_();
        Array.Clear(offered);
        rates.Add(ChainCorrelation.Name, correlation.Measure());
        return DataJumps.AddAcceptance(jumps, rates);
    }

    public override long Rows(long batch) => chains;

    public override long LargestProduct(long batch)
        => Math.Max(Math.Max(base.LargestProduct(batch), rbm.Weight.NumberOfElements * temperatures * chains), jumps?.LargestProduct(batch, chains) ?? 0);

    protected override void Draw(RbmPhases phases)
    {
        var taken = stepsTaken.item<long>();
        if (taken > 0 && taken / steps % UpdatesPerFields == 0)
            FindBaseInputs();
        MoveFields();
        jumps?.Offer(phases, coldest);
        for (var step = 1; step <= steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            _ = visible.addmm_(hidden, weight, beta: 0).mul_(betas).AddProduct(fieldParts, visibleField);
            rbm.Visible.Activate(visible, null, visible, generator);
            _ = couplings.addmm_(visible, transposed, beta: 0);
            _ = inputs.copy_(couplings).mul_(betas).AddProduct(fieldParts, hiddenField);
            rbm.Hidden.Activate(inputs, null, hidden, generator);
            var order = Swaps((taken + step) % 2);
            _ = hidden.copy_(hidden.index_select(0, order));
            if (step < steps)
                continue;
            _ = phases.Model.Visible.copy_(visible.index_select(0, order.narrow(0, (temperatures - 1) * chains, chains)));
        }

        _ = stepsTaken.Add((long)steps);
        // Redraws h of the coldest chains, which keeps their distribution.
        phases.SendUp(coldest, generator);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var tensor in new[] { visibleField, hiddenField, weight, transposed, betas, fieldParts, rises, rows, visible, couplings, inputs, coldest, accepted })
                tensor.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Proposes swaps between neighbouring rungs, in pairs from rung <paramref name="first"/>, 0 or 1, on.</summary>
    /// <returns>For each row, the row whose state it receives, <c>[rows]</c>.</returns>
    private Tensor Swaps(long first)
    {
        var pairs = (temperatures - first) / 2;
        if (pairs == 0)
            return rows;
        var (start, count) = (first * chains, 2 * pairs * chains);
        var terms = ((couplings - hiddenField) * hidden).sum(1) - visible.mm(visibleField.t()).squeeze(1);
        var (lower, upper) = (ByPair(terms).select(1, 0), ByPair(terms).select(1, 1));
        var logAcceptance = (lower - upper) * EverySecond(rises).unsqueeze(1);
        var isAccepted = torch.rand([pairs, chains], terms.dtype, terms.device, generator: generator).log().lt(logAcceptance);
        _ = EverySecond(accepted).Add(isAccepted.sum(1));
        for (var pair = first; pair < temperatures - 1; pair += 2)
            offered[pair] += chains;

        var order = rows.clone();
        var both = ByPair(rows);
        _ = ByPair(order).copy_(torch.where(isAccepted.unsqueeze(1), both.flip(1), both));
        return order;

        Tensor ByPair(Tensor ofRows) => ofRows.narrow(0, start, count).view(pairs, 2, chains);

        Tensor EverySecond(Tensor ofPairs) => ofPairs.slice(0, first, temperatures - 1, 2);
    }

    /// <summary>Finds the inputs under which visible units without biases have the data's means.</summary>
    private void FindBaseInputs()
    {
        using var scope = torch.NewDisposeScope();
        var field = BaseRateField.Solve(rbm.Visible, dataMeans);
        _ = baseInputs.copy_(field.Plus(SharedInputs.Biases(rbm.Visible, field)));
    }

    /// <summary>Makes up for the steps of the biases, so that the hottest distribution stays where it is.</summary>
    private void MoveFields()
    {
        using var scope = torch.NewDisposeScope();
        _ = visibleField.copy_(baseInputs.Plus(SharedInputs.Biases(rbm.Visible, visibleField), -1));
        _ = hiddenField.copy_(SharedInputs.Biases(rbm.Hidden, hiddenField)).neg_();
    }
}
