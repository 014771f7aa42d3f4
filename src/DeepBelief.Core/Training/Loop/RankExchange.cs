using DeepBelief.Tensors;

namespace DeepBelief.Training;

/// <summary>
/// What the ranks of a group tell each other while they train: gradients in every update; at the end of an epoch digests of the
/// parameters, which have to be the same, and the value that early stopping monitors, that of rank 0 for all.
/// </summary>
/// <remarks>
/// All of it is the sum over the ranks of one buffer, always of the same size: the gradients; the means that changes of the gradient
/// use; and numbers that are told: slots of each rank, which the others leave at zero, and how many ranks have a gradient of each
/// parameter. A rank that fails takes part once more and says so. Whatever the others are at, that is the call that they wait in, and they
/// end as well (<see cref="RunGroup"/>).
/// </remarks>
internal sealed class RankExchange : IDisposable
{
    // Of a rank's slots: its state, then 16 bits each, which float32 holds exactly, of the digest and of the value.
    private const int DigestSlots = 8;
    private const int ValueSlots = sizeof(double) / sizeof(ushort);
    private const int Slots = 1 + DigestSlots + ValueSlots;

    private readonly RunGroup group;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor buffer;
    private readonly Tensor averaged; // gradients and means
    private readonly Tensor told; // [ranks · Slots + parameters]
    private readonly Tensor[] gradients;
    private readonly Tensor[] means;
    private CancellationToken token;

    private RankExchange(RunGroup group, IReadOnlyList<Parameter> parameters, long[] sizesOfMeans)
    {
        (this.group, this.parameters) = (group, parameters);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var dtype = parameters.Any(parameter => parameter.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
        var count = parameters.Sum(parameter => parameter.NumberOfElements) + sizesOfMeans.Sum();
        var numbers = (group.Size * Slots) + parameters.Count;
        buffer = torch.zeros(count + numbers, dtype, parameters[0].device).DetachFromDisposeScope();
        averaged = buffer.narrow(0, 0, count).DetachFromDisposeScope();
        told = buffer.narrow(0, count, numbers).DetachFromDisposeScope();
        var at = 0L;
        gradients = [.. parameters.Select(parameter => Next(parameter.shape))];
        means = [.. sizesOfMeans.Select(size => Next([size]))];

        Tensor Next(long[] shape)
        {
            var size = shape.Aggregate(1L, (product, length) => product * length);
            at += size;
            return buffer.narrow(0, at - size, size).view(shape).DetachFromDisposeScope();
        }
    }

    /// <summary>The exchange of a run; null without a group.</summary>
    /// <param name="group">The group; null for none.</param>
    /// <param name="parameters">The parameters whose gradients are averaged, at least one.</param>
    /// <param name="sizesOfMeans">The lengths of the means that go with them.</param>
    public static RankExchange? Of(IProcessGroup? group, IEnumerable<Parameter> parameters, params long[] sizesOfMeans)
        => group is null ? null : new RankExchange((RunGroup)group, [.. parameters.Where(parameter => parameter.requires_grad)], sizesOfMeans);

    public int Rank => group.Rank;

    public int Size => group.Size;

    /// <summary>True if a rank was cancelled, and so all have stopped.</summary>
    public bool AreCancelled => group.AreCancelled;

    /// <summary>Begins a number of epochs, which end on all ranks once the token of one is cancelled.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        token = cancellationToken;
        group.Confirm();
        group.Through(state => States(Sum(state, New())));
    }

    /// <summary>Ends the epochs.</summary>
    public void End() => group.Through(null);

    /// <summary>Gives all ranks the values that rank 0 has.</summary>
    public void Align(IEnumerable<Tensor> tensors)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        group.Together(ranks =>
        {
            foreach (var tensor in tensors)
                ranks.Broadcast(tensor.detach());
        });
    }

    /// <summary>Replaces each <c>.grad</c>, and means over this rank's rows, by those over the rows of all ranks.</summary>
    /// <param name="share">The part of the batch's rows that are this rank's; 0 if it had none, and its gradient is that of another row.</param>
    /// <param name="ofRows">The means, as long as the exchange was made for; changed in place.</param>
    /// <exception cref="OperationCanceledException">The token of a rank was cancelled.</exception>
    /// <exception cref="GroupFailedException">Another rank has failed.</exception>
    public void Average(double share, params ReadOnlySpan<Tensor> ofRows)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var own = New();
        for (var i = 0; i < gradients.Length; i++)
        {
            if (share > 0 && parameters[i].grad is { } gradient)
                (_, own[OfGradients + i]) = (gradients[i].copy_(gradient), 1);
            else
                _ = gradients[i].zero_();
        }

        for (var i = 0; i < means.Length; i++)
            _ = means[i].copy_(ofRows[i]);
        // Also NaN is none of the other ranks' business, if no row counts.
        _ = share > 0 ? averaged.Scale(share) : averaged.zero_();
        var all = Sum(token.IsCancellationRequested ? RankState.Cancelled : RankState.Fine, own);
        group.Judge(States(all));
        for (var i = 0; i < gradients.Length; i++)
        {
            // One that no rank has is none, of which optimizers make no step; one that some have is zero on the others.
            if (all[OfGradients + i] > 0)
                _ = Gradients.Of(parameters[i])!.copy_(gradients[i]);
            else
                parameters[i].grad = null;
        }

        for (var i = 0; i < means.Length; i++)
            _ = ofRows[i].copy_(means[i]);
    }

    /// <summary>Ends an epoch: throws if ranks have other parameters than rank 0, and returns its value.</summary>
    /// <exception cref="GroupFailedException">Another rank has failed, or has other parameters.</exception>
    public double EndEpoch(int epoch, IReadOnlyList<Parameter> ofModel, double value)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var digest = InitialWeights.Hash(new Dictionary<string, Tensor>(ParameterMemory.Named("parameter", ofModel)));
        var own = New();
        var at = (Rank * Slots) + 1;
        for (var i = 0; i < DigestSlots; i++)
            own[at + i] = BitConverter.ToUInt16(digest, i * sizeof(ushort));
        for (var i = 0; i < ValueSlots; i++)
            own[at + DigestSlots + i] = (ushort)(BitConverter.DoubleToUInt64Bits(value) >> (i * 16));
        var all = Sum(RankState.Fine, own);
        group.Judge(States(all));
        var first = all.AsSpan(1, DigestSlots);
        for (var rank = 1; rank < Size; rank++)
        {
            if (all.AsSpan((rank * Slots) + 1, DigestSlots).SequenceEqual(first))
                continue;
            throw group.End($"After epoch {epoch} the parameters of rank {rank} are not those of rank 0. All ranks compute the same updates, so code of their own has changed parameters on some of them, or a machine computes wrongly.");
        }

        var bits = 0UL;
        for (var i = 0; i < ValueSlots; i++)
            bits |= (ulong)all[1 + DigestSlots + i] << (i * 16);
        return BitConverter.UInt64BitsToDouble(bits);
    }

    /// <summary>Returns when all ranks have come so far, so that none that fails before is left alone.</summary>
    /// <exception cref="GroupFailedException">Another rank has failed.</exception>
    public void Confirm() => group.Confirm();

    /// <summary>Tells the other ranks that this one ends, unless they know.</summary>
    public void Fail(Exception reason, bool isCancelled) => group.Fail(reason, isCancelled);

    /// <summary>Returns the tensors of the other ranks, on rank 0, in the current dispose scope; the names begin with the rank's number.</summary>
    /// <param name="own">The same names, shapes and types on all ranks.</param>
    public IReadOnlyDictionary<string, Tensor> Gather(IReadOnlyDictionary<string, Tensor> own)
    {
        using var noGrad = torch.no_grad();
        var all = new OrderedDictionary<string, Tensor>();
        group.Together(ranks =>
        {
            for (var rank = 1; rank < Size; rank++)
            {
                foreach (var (name, tensor) in own)
                {
                    var copy = Rank == rank ? tensor.detach().clone() : torch.empty_like(tensor);
                    ranks.Broadcast(copy, rank);
                    if (Rank == 0)
                        all.Add(FormattableString.Invariant($"{rank}.{name}"), copy);
                }
            }
        });
        return all;
    }

    public void Dispose()
    {
        foreach (var view in gradients.Concat(means))
            view.Dispose();
        averaged.Dispose();
        told.Dispose();
        buffer.Dispose();
    }

    // Where the numbers of ranks that have a gradient are among those that are told.
    private int OfGradients => Size * Slots;

    private double[] New() => new double[(Size * Slots) + parameters.Count];

    private RankState[] States(double[] all) => [.. Enumerable.Range(0, Size).Select(rank => (RankState)all[rank * Slots])];

    /// <summary>Sums the buffer over the ranks, with numbers of this one; returns those of all.</summary>
    private double[] Sum(RankState state, double[] own)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        own[Rank * Slots] = (double)state;
        _ = told.copy_(torch.tensor(own, ScalarType.Float64, torch.CPU));
        group.Sum(buffer);
        return told.to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
    }
}
