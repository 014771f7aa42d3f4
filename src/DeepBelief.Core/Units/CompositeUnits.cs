using DeepBelief.Tensors;

namespace DeepBelief.Units;

/// <summary>Several kinds of units in one layer, for example for tables with numeric, yes/no and category columns.</summary>
/// <remarks>
/// The units follow the order of the parts. State-dict keys: each part's keys, prefixed with its index: <c>0.bias</c>,
/// <c>0.log_variance</c>, <c>1.bias</c>, ...
/// </remarks>
public sealed class CompositeUnits : UnitLayer
{
    internal const string KindName = "composite";

    private readonly UnitLayer[] parts;

    /// <summary>Creates a layer of several parts, which it owns and disposes.</summary>
    /// <param name="parts">The parts, at least one, none of them a composite, all of one element type and on one device.</param>
    /// <exception cref="ArgumentException">No parts, a repeated part, a composite, or mixed element types or devices.</exception>
    public CompositeUnits(params IEnumerable<UnitLayer> parts)
        : this(Checked(parts))
    {
    }

    private CompositeUnits(UnitLayer[] parts)
        : base(KindName, parts.Sum(part => part.Size))
    {
        this.parts = parts;
        Support = new CompositeSupport(parts);
        for (var i = 0; i < parts.Length; i++)
            register_module(FormattableString.Invariant($"{i}"), parts[i]);
        RegisterComponents();
    }

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<UnitLayer> Parts => parts;

    /// <inheritdoc/>
    public override UnitSupport Support { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> Settings => new OrderedDictionary<string, object?> { ["parts"] = parts.Select(part => part.Describe()).ToList() };

    /// <inheritdoc/>
    public override double StateCount => parts.Aggregate(1.0, (count, part) => count * part.StateCount);

    internal override bool IsDiscrete => parts.All(part => part.IsDiscrete);

    internal override bool IsDisposed => base.IsDisposed || parts.Any(part => part.IsDisposed);

    internal override double Spread => parts.Max(part => part.Spread);

    /// <inheritdoc/>
    public override Tensor States(Tensor numbers)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var states = new List<Tensor>();
        var worth = 1L;
        foreach (var part in parts)
        {
            var count = StateNumbers.Count(part.StateCount);
            states.Add(part.States(numbers.WholeOver(worth).Remainder(count)));
            worth = StateNumbers.Product(worth, count);
        }

        return torch.cat([.. states], 1).MoveToOuterDisposeScope();
    }

    internal override Tensor? Variances
    {
        get
        {
            var variances = parts.Select(part => (Part: part, part.Variances)).ToArray();
            var known = variances.Select(v => v.Variances).FirstOrDefault(v => v is not null);
            return known is null ? null : torch.cat([.. variances.Select(v => v.Variances ?? torch.ones(v.Part.Size, known.dtype, known.device))]);
        }
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<LinearTerm> LinearTerms => [.. parts.SelectMany(part => part.LinearTerms)];

    /// <inheritdoc/>
    public override Tensor Energy(Tensor states) => Sum(states, (part, slice) => part.Energy(slice));

    /// <inheritdoc/>
    public override Tensor CumulantGenerator(Tensor inputs) => Sum(inputs, (part, slice) => part.CumulantGenerator(slice));

    /// <inheritdoc/>
    internal override Tensor CumulantTerms(Tensor inputs) => Join(inputs, (part, slice) => part.CumulantTerms(slice));

    /// <inheritdoc/>
    public override Tensor Mean(Tensor inputs) => Join(inputs, (part, slice) => part.Mean(slice));

    /// <inheritdoc/>
    public override Tensor Variance(Tensor inputs) => Join(inputs, (part, slice) => part.Variance(slice));

    /// <inheritdoc/>
    public override Tensor Sample(Tensor inputs, Generator? generator = null) => Join(inputs, (part, slice) => part.Sample(slice, generator));

    /// <inheritdoc/>
    public override Tensor SampleClamped(Tensor inputs, Tensor states, Tensor clamped, Generator? generator = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var samples = Slices(inputs).Zip(Slices(states), Slices(clamped))
            .Select(slice => slice.First.Part.SampleClamped(slice.First.Slice, slice.Second.Slice, slice.Third.Slice, generator));
        return torch.cat([.. samples], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void AccumulateEnergyGradient(Tensor states, double scale)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (part, slice) in Slices(states))
            part.AccumulateEnergyGradient(slice, scale);
    }

    /// <inheritdoc/>
    public override void AccumulateCumulantGradient(Tensor inputs, Tensor means, double scale)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var ((part, slice), (_, partMeans)) in Slices(inputs).Zip(Slices(means)))
            part.AccumulateCumulantGradient(slice, partMeans, scale);
    }

    /// <inheritdoc/>
    public override void InitializeFromData(Tensor data)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (part, slice) in Slices(data))
            part.InitializeFromData(slice);
    }

    private static UnitLayer[] Checked(IEnumerable<UnitLayer> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        UnitLayer[] all = [.. parts];
        if (all.Length == 0)
            throw new ArgumentException("Expected at least one part, found none.", nameof(parts));
        foreach (var part in all)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            if (part is CompositeUnits)
                throw new ArgumentException("Expected parts that are not composites, found one.", nameof(parts));
        }

        if (all.Distinct().Count() != all.Length)
            throw new ArgumentException("Expected distinct parts, found the same one twice.", nameof(parts));
        var parameters = all.SelectMany(part => part.parameters()).ToList();
        foreach (var parameter in parameters)
            Guard.SameKind(parameter, parameters[0], nameof(parts));
        return all;
    }

    private IEnumerable<(UnitLayer Part, Tensor Slice)> Slices(Tensor values)
    {
        var start = 0L;
        foreach (var part in parts)
        {
            yield return (part, values.narrow(1, start, part.Size));
            start += part.Size;
        }
    }

    private Tensor Sum(Tensor values, Func<UnitLayer, Tensor, Tensor> term)
    {
        using var scope = torch.NewDisposeScope();
        return Slices(values).Select(slice => term(slice.Part, slice.Slice)).Aggregate((a, b) => a.Plus(b)).MoveToOuterDisposeScope();
    }

    private Tensor Join(Tensor values, Func<UnitLayer, Tensor, Tensor> map)
    {
        using var scope = torch.NewDisposeScope();
        return torch.cat([.. Slices(values).Select(slice => map(slice.Part, slice.Slice))], 1).MoveToOuterDisposeScope();
    }
}
